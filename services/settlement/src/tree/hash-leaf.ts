import type { AccountRow, Trade } from '@wattmesh/events';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { bytesOfHex, idWord, integerWord, keccakOf } from './abi-words.ts';

/** What a leaf is bound to: one chain, one contract, one community, one interval and run, one index. */
export interface LeafPlace {
  readonly chainId: number;
  readonly settlement: string;
  readonly communityId: string;
  /** Unix seconds of the interval's start / 900. */
  readonly interval: number;
  /** Preliminary 0, final 1, correction-n 1 + n. */
  readonly run: number;
  readonly index: number;
  /** 16 secret bytes in hex, without which energy could be guessed from the hash. */
  readonly salt: string;
}

/** A leaf's content: a trade or one member's row of the interval. */
export type Leaf =
  | { readonly kind: 'trade'; readonly fields: Trade }
  | { readonly kind: 'account'; readonly fields: AccountRow };

/**
 * Hash of a leaf, the same as the settlement contract's LeafLib.
 *
 * Method: keccak-256 of the ABI encoding of static types, one 32-byte word each: domain, chain, contract, community,
 * interval, run, index, salt, then the fields. Ids are ASCII on the left of their word, numbers big-endian two's complement.
 * Throws a RangeError where an id is longer than 31 bytes or a number is not a safe integer.
 *
 * @example hashLeaf(place, { kind: 'trade', fields: trade }); // '0x…'
 */
export function hashLeaf(place: LeafPlace, leaf: Leaf): string {
  const words = leaf.kind === 'trade' ? tradeWords(leaf.fields) : accountWords(leaf.fields);
  return keccakOf([leaf.kind === 'trade' ? TRADE_DOMAIN : ACCOUNT_DOMAIN, ...placeWords(place), ...words]);
}

/** Hash of an inner node of the tree. */
export function hashNode(left: string, right: string): string {
  return keccakOf([NODE_DOMAIN, bytesOfHex(left, 32), bytesOfHex(right, 32)]);
}

/** Number of a run in a leaf. */
export function runNumberOf(run: string): number {
  if (run === 'preliminary') return 0;
  return run === 'final' ? 1 : 1 + Number(run.slice('correction-'.length));
}

/** Number of an interval in a leaf. */
export function intervalNumberOf(intervalStart: string): number {
  return Date.parse(intervalStart) / 900_000;
}

const TRADE_DOMAIN = keccak_256(utf8ToBytes('wattmesh.trade.v1'));
const ACCOUNT_DOMAIN = keccak_256(utf8ToBytes('wattmesh.account.v1'));
const NODE_DOMAIN = keccak_256(utf8ToBytes('wattmesh.node.v1'));

function placeWords(place: LeafPlace): Uint8Array[] {
  const settlement = bytesOfHex(place.settlement.toLowerCase(), 20);
  return [
    integerWord(place.chainId),
    concatBytes(new Uint8Array(12), settlement),
    idWord(place.communityId),
    integerWord(place.interval),
    integerWord(place.run),
    integerWord(place.index),
    concatBytes(bytesOfHex(place.salt, 16), new Uint8Array(16)),
  ];
}

function tradeWords(trade: Trade): Uint8Array[] {
  const numbers = [trade.energyWh, trade.priceMicroPerKwh, trade.amountMicro];
  return [idWord(trade.sellerMemberId), idWord(trade.buyerMemberId), ...numbers.map(integerWord)];
}

function accountWords(row: AccountRow): Uint8Array[] {
  const energies = [row.importWh, row.exportWh, row.boughtWh, row.soldWh, row.residualImportWh, row.residualExportWh];
  const numbers = [...energies, row.tradeMicro, row.supplyMicro];
  return [idWord(row.memberId), ...numbers.map(integerWord), bytesOfHex(row.mandateHash, 32)];
}
