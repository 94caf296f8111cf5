import type { CommittedHeader } from '@wattmesh/settlement/digest-headers';
import { idWord, integerWord, keccakOf } from '@wattmesh/settlement/abi-words';

/**
 * The few calls and events of the settlement and registry contracts that a verification reads, as the ABI writes them:
 * a page that proves payments needs no more of the contracts than these words.
 */
export const CALLS = {
  committedRun: 'committedRun(uint64)',
  registry: 'registry()',
  findMember: 'findMember(bytes32)',
} as const;
export const EVENTS = {
  intervalCommitted: 'IntervalCommitted(uint64,uint16,uint32,uint32,uint64,int64,bytes32,bytes32)',
  periodExecuted: 'PeriodExecuted(uint64,uint64,uint16,uint256,bytes)',
} as const;

/** A log entry as nodes tell it. */
export interface Log {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** A settlement period as its execution tells it; amounts by member index, positive a credit. */
export interface Execution {
  readonly firstInterval: number;
  readonly intervalCount: number;
  readonly lanesMicro: readonly number[];
}

export const topicOf = (event: keyof typeof EVENTS): string => keccakOf([ascii(EVENTS[event])]);
export const callOf = (call: keyof typeof CALLS, ...words: string[]): string =>
  `${keccakOf([ascii(CALLS[call])]).slice(0, 10)}${words.map((word) => word.slice(2)).join('')}`;
export const wordOfInteger = (value: number): string => hexOf(integerWord(value));
export const wordOfId = (id: string): string => hexOf(idWord(id));

/** Slot of the contract's ring: whether it holds the interval, its newest run, and the digest over its headers. */
export function readCommittedRun(data: string): { isCommitted: boolean; run: number; digest: string } {
  const [isCommitted, run, digest] = wordsOf(data, 3);
  return { isCommitted: integerOf(isCommitted!) === 1, run: integerOf(run!), digest: digest!.slice(0, 2 + 52) };
}

export function readMember(data: string): { index: number; wallet: string } {
  const [index, wallet] = wordsOf(data, 2);
  return { index: integerOf(index!), wallet: addressOf(wallet!) };
}

export const readAddress = (data: string): string => addressOf(wordsOf(data, 1)[0]!);

/** Header of a run as the contract's event tells it. */
export function readIntervalCommitted({ topics, data }: Log): CommittedHeader {
  const [tradeCount, leafCount, sharedWh, price, root, dataHash] = wordsOf(data, 6);
  const run = integerOf(topics[2]!);
  return {
    intervalStart: new Date(integerOf(topics[1]!) * INTERVAL_MS).toISOString(),
    run: run === 0 ? 'preliminary' : run === 1 ? 'final' : `correction-${run - 1}`,
    tradeCount: integerOf(tradeCount!),
    leafCount: integerOf(leafCount!),
    sharedWh: integerOf(sharedWh!),
    priceMicroPerKwh: integerOf(price!),
    root: root!,
    dataHash: dataHash!,
  };
}

/** Amounts of a period from its event: one 48-bit number per member, four to a word's worth of 24 bytes. */
export function readPeriodExecuted({ data }: Log): Execution {
  const [firstInterval, intervalCount, , , length] = wordsOf(data, 5);
  const packed = data.slice(2 + 5 * 64, 2 + 5 * 64 + 2 * integerOf(length!));
  const lanesMicro = (packed.match(/.{12}/g) ?? []).map((lane) => Number(BigInt.asIntN(48, BigInt(`0x${lane}`))));
  return { firstInterval: integerOf(firstInterval!), intervalCount: integerOf(intervalCount!), lanesMicro };
}

const INTERVAL_MS = 900_000;

/** First words of ABI-encoded data. Throws a RangeError where they are not there. */
function wordsOf(data: string, count: number): string[] {
  const words = (data.slice(2).match(/.{64}/g) ?? []).slice(0, count).map((word) => `0x${word.toLowerCase()}`);
  if (words.length < count) throw new RangeError(`${count} words were expected of the contract, ${words.length} came`);
  return words;
}

const integerOf = (word: string): number => Number(BigInt.asIntN(256, BigInt(word)));
const addressOf = (word: string): string => `0x${word.slice(-40)}`;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hexOf = (bytes: Uint8Array): string =>
  `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
