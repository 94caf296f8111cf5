import { IntervalCleared, IntervalMetered, IntervalSettled, type AccountRow, type LedgerRow } from '@wattmesh/events';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import { audit } from '../audit.ts';
import type { ChainView } from '../chain-view.ts';
import type { Invariant } from '../violation.ts';
import type { Draft, Village } from './honest-village.ts';
import { at } from './village-terms.ts';

/** Changes the chain that the audit reads; views are read-only to everybody else. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** One change of an honest village. */
export type Act = (village: Village) => void;

/** The event of one interval and run. */
export const runOf = <P extends { intervalStart: string; run: string }>(
  drafts: Draft<P>[],
  quarter: number,
  run: string,
): Draft<P> => drafts.find(({ payload }) => payload.intervalStart === at(quarter) && payload.run === run)!;
/** A clearing in the log. */
export const clearedOf = (village: Village, quarter = 2, run = 'preliminary') =>
  runOf(village.of(IntervalCleared), quarter, run).payload;
/** A booking in the log. */
export const settledOf = (village: Village, quarter = 2, run = 'preliminary') =>
  runOf(village.of(IntervalSettled), quarter, run).payload;
const rowOf = <R extends AccountRow | LedgerRow>(rows: R[], memberId: string): Mutable<R> =>
  rows.find((row) => row.memberId === memberId)!;
/** A member's row of a clearing. */
export const account = (village: Village, memberId = 'home-2'): Mutable<AccountRow> =>
  rowOf<AccountRow>(clearedOf(village).accounts, memberId);
/** A member's row of a booking. */
export const booked = (village: Village, memberId = 'home-2'): Mutable<LedgerRow> =>
  rowOf<LedgerRow>(settledOf(village).rows, memberId);
/** Takes events out of the log. */
export const remove = (village: Village, drafts: Draft[]): void => {
  for (const draft of drafts) village.drafts.splice(village.drafts.indexOf(draft), 1);
};
/** The chain, open to any change. */
export const onChain = (village: Village): Mutable<ChainView> => village.chain;
/** A metering in the log. */
export const metered = (village: Village, siteId = 'home-2', quarter = 2) =>
  village.of(IntervalMetered).find(({ payload }) => payload.siteId === siteId && payload.intervalStart === at(quarter))!
    .payload;
/** A metering changed in the log, and the clearings that list it pointed at what it became. */
export const remeter = (village: Village, change: (payload: IntervalMetered) => IntervalMetered): void => {
  const draft = village.of(IntervalMetered).find(({ payload }) => payload === metered(village))!;
  const before = hashCanonicalJson(draft.payload);
  draft.payload = change(draft.payload);
  for (const { payload } of village.of(IntervalCleared))
    for (const input of payload.inputs.meterings)
      if (input.hash === before) input.hash = hashCanonicalJson(draft.payload);
};

/** Moves money between two lanes in the first execution, balances included. */
export function moveOnChain(village: Village, { to, from, micro }: { to: string; from: string; micro: bigint }): void {
  const add = (map: ReadonlyMap<string, bigint>) =>
    new Map([...map, [to, (map.get(to) ?? 0n) + micro], [from, (map.get(from) ?? 0n) - micro]]);
  const [first, ...rest] = village.chain.executions;
  onChain(village).executions = [{ ...first!, deltasMicro: add(first!.deltasMicro) }, ...rest];
  onChain(village).lanesMicro = add(village.chain.lanesMicro);
}

/** Invariants that the audit finds broken. */
export const invariantsOf = (village: Village): Set<Invariant> =>
  new Set(audit(village.history(), village.chain).map(({ invariant }) => invariant));
