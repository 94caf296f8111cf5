import { bytesOfHex, integerWord, keccakOf } from './abi-words.ts';
import { intervalNumberOf, runNumberOf } from './hash-leaf.ts';

/** What is published on chain of an interval and run. */
export interface CommittedHeader {
  readonly intervalStart: string;
  readonly run: string;
  readonly tradeCount: number;
  readonly leafCount: number;
  readonly sharedWh: number;
  readonly priceMicroPerKwh: number;
  readonly root: string;
  readonly dataHash: string;
}

/**
 * Digest that the settlement contract keeps of an interval: 26 bytes chained over the headers of its runs in their order.
 *
 * Method: the low 208 bits of keccak-256 over the ABI encoding of the digest before (0 at first) and the header.
 * Whoever holds all headers of an interval so checks them against one storage word of the chain.
 *
 * @example digestHeaders([preliminary, final]); // '0x…', `digest` of committedRun(interval)
 */
export function digestHeaders(headers: readonly CommittedHeader[]): string {
  return headers.reduce(
    (previous, header) => `0x${keccakOf([wordOfDigest(previous), ...headerWords(header)]).slice(-52)}`,
    NO_DIGEST,
  );
}

const NO_DIGEST = `0x${'0'.repeat(52)}`;

const wordOfDigest = (digest: string): Uint8Array => bytesOfHex(`0x${digest.slice(2).padStart(64, '0')}`, 32);

function headerWords(header: CommittedHeader): Uint8Array[] {
  const { tradeCount, leafCount, sharedWh, priceMicroPerKwh } = header;
  const place = [intervalNumberOf(header.intervalStart), runNumberOf(header.run)];
  return [
    ...[...place, tradeCount, leafCount, sharedWh, priceMicroPerKwh].map(integerWord),
    bytesOfHex(header.root, 32),
    bytesOfHex(header.dataHash, 32),
  ];
}
