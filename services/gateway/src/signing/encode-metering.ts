import type { IntervalMetered, Quality, Run } from '@wattmesh/events';
import { isSignedBy, signMessage } from '@wattmesh/dispatcher/sign-message';

/** Where the signature counts: a metering signed for one registry proves nothing at another. */
export interface MeteringDomain {
  readonly chainId: number;
  /** Address of the registry contract, 0x-prefixed. */
  readonly registry: string;
}

/** The signed part of an interval metering. */
export type SignedMetering = Pick<
  IntervalMetered,
  'meterId' | 'intervalStart' | 'importWh' | 'exportWh' | 'counters' | 'quality' | 'run'
>;

/**
 * Canonical bytes of an interval metering: what the meter's key signs and the registry contract verifies.
 *
 * Method: Solidity `abi.encode(uint256 chainId, address registry, bytes32 meterId, uint64 start, uint64 importWh,
 * uint64 exportWh, uint64 startImportWh, uint64 endImportWh, uint64 startExportWh, uint64 endExportWh, uint8 quality,
 * uint16 run)`. All types are static, so it is twelve 32-byte big-endian words. `meterId` is ASCII, left-aligned; `start` is
 * in unix seconds; quality: measured 0, estimated 1, substituted 2, suspect 3, missing 4; run: preliminary 0, final 1,
 * correction-n 1 + n. Energies are whole Wh. Throws RangeError where a field does not fit its word.
 *
 * Example: `encodeMetering(metering, { chainId: 31337, registry: '0x5fbd…' }).length === 384`.
 */
export function encodeMetering(metering: SignedMetering, domain: MeteringDomain): Uint8Array {
  const { counters } = metering;
  const words = [
    word(BigInt(domain.chainId), 256),
    word(addressValue(domain.registry), 160),
    idWord(metering.meterId),
    ...[Date.parse(metering.intervalStart) / 1000, metering.importWh, metering.exportWh].map((value) =>
      word(integer(value), 64),
    ),
    ...[counters.startImportWh, counters.endImportWh].map((value) => word(integer(value), 64)),
    ...[counters.startExportWh, counters.endExportWh].map((value) => word(integer(value), 64)),
    word(BigInt(QUALITY_CODE[metering.quality]), 8),
    word(BigInt(runCode(metering.run)), 16),
  ];
  const bytes = new Uint8Array(words.length * WORD_BYTES);
  words.forEach((encoded, index) => bytes.set(encoded, index * WORD_BYTES));
  return bytes;
}

/** Number of a run on chain: preliminary 0, final 1, correction-n 1 + n. */
export function runCode(run: Run): number {
  if (run === 'preliminary') return 0;
  if (run === 'final') return 1;
  return 1 + Number(run.slice('correction-'.length));
}

/** Signature of a metering by its meter's key, in the form events carry. */
export function signMetering(metering: SignedMetering, domain: MeteringDomain, secretKey: Uint8Array): string {
  return signMessage(encodeMetering(metering, domain), secretKey);
}

/** True where the metering carries the signature of the key enrolled for its meter. */
export function isMeteringSignedBy(
  metering: SignedMetering & { signature: string },
  domain: MeteringDomain,
  publicKey: string,
): boolean {
  return isSignedBy(encodeMetering(metering, domain), metering.signature, publicKey);
}

const WORD_BYTES = 32;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const QUALITY_CODE: Record<Quality, number> = { measured: 0, estimated: 1, substituted: 2, suspect: 3, missing: 4 };

function word(value: bigint, bits: number): Uint8Array {
  if (value < 0n || value >> BigInt(bits) !== 0n) throw new RangeError(`${value} does not fit ${bits} unsigned bits`);
  const bytes = new Uint8Array(WORD_BYTES);
  for (let index = WORD_BYTES - 1, rest = value; rest > 0n; index -= 1, rest >>= 8n)
    bytes[index] = Number(rest & 0xffn);
  return bytes;
}

function integer(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`);
  return BigInt(value);
}

function addressValue(address: string): bigint {
  if (!ADDRESS.test(address)) throw new RangeError(`"${address}" is not an address`);
  return BigInt(address);
}

function idWord(id: string): Uint8Array {
  const ascii = new TextEncoder().encode(id);
  if (ascii.length === 0 || ascii.length >= WORD_BYTES) throw new RangeError(`id "${id}" does not fit 31 bytes`);
  const bytes = new Uint8Array(WORD_BYTES);
  bytes.set(ascii);
  return bytes;
}
