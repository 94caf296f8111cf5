import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { ChainView } from './chain-view.ts';
import type { Dated, History } from './history.ts';
import type { Violation } from './violation.ts';

interface RunOfInterval {
  readonly communityId: string;
  readonly intervalStart: string;
  readonly run: string;
}

const isoOf = (instant: string): string => new Date(instant).toISOString();
const nameOf = (run: RunOfInterval): string => `${run.communityId} ${isoOf(run.intervalStart)} ${run.run}`;
const violation = (where: string, what: string): Violation => ({ invariant: 'M2', where, what });

/** Events under the same interval and run that are not one and the same event delivered again. */
function repeats(kind: string, events: readonly Dated<RunOfInterval>[]): Violation[] {
  const idsByRun = new Map<string, Set<string>>();
  for (const { id, payload } of events) {
    const ids = idsByRun.get(nameOf(payload)) ?? new Set();
    idsByRun.set(nameOf(payload), ids.add(id));
  }
  return [...idsByRun]
    .filter(([, ids]) => ids.size > 1)
    .map(([name, ids]) => violation(name, `${kind} ${ids.size} times`));
}

function missing(history: History): Violation[] {
  const settled = new Set(history.settled.map(({ payload }) => nameOf(payload)));
  // Runs settle in the order they were cleared: what was cleared after the last settled one may still be on its way.
  const lastSettled = history.cleared.findLastIndex(({ payload }) => settled.has(nameOf(payload)));
  const unsettled = history.cleared
    .slice(0, lastSettled + 1)
    .filter(({ payload }) => !settled.has(nameOf(payload)))
    .map(({ payload }) => violation(nameOf(payload), 'cleared but never settled although a later run was'));
  const starts = [...new Set(history.settled.map(({ payload }) => Date.parse(payload.intervalStart)))].sort(
    (a, b) => a - b,
  );
  const skipped = starts.slice(1).flatMap((start, index) => {
    const before = starts[index] ?? start;
    return start - before === INTERVAL_MS
      ? []
      : [
          violation(
            new Date(before + INTERVAL_MS).toISOString(),
            'skipped: never settled although a later interval was',
          ),
        ];
  });
  return [...unsettled, ...skipped];
}

function chainDisagreements(history: History, chain: ChainView): Violation[] {
  const rootOf = new Map(
    history.settled.map(({ payload }) => [`${isoOf(payload.intervalStart)} ${payload.run}`, payload.root]),
  );
  const committed = new Map<string, number>();
  const wrong: Violation[] = [];
  for (const commit of chain.commits) {
    const name = `${commit.intervalStart} ${commit.run}`;
    committed.set(name, (committed.get(name) ?? 0) + 1);
    const root = rootOf.get(name);
    if (root === undefined)
      wrong.push(
        violation(name, `the chain holds a root that was never settled (transaction ${commit.transactionHash})`),
      );
    else if (root !== commit.root) wrong.push(violation(name, `the chain holds root ${commit.root}, the log ${root}`));
  }
  const twice = [...committed]
    .filter(([, count]) => count > 1)
    .map(([name, count]) => violation(name, `committed ${count} times on chain`));
  const confirmed = history.confirmed
    .filter(({ payload }) => payload.kind === 'commit')
    .map(({ payload }) => `${isoOf(payload.intervalStart)} ${payload.run}`);
  const lost = [...new Set(confirmed)]
    .filter((name) => !committed.has(name))
    .map((name) => violation(name, 'confirmed in the log but not on the chain'));
  return [...wrong, ...twice, ...lost];
}

/** What the ledger owes the lanes for the intervals of one execution: P2P amounts of all rows booked for them, credits positive. */
function executionViolations(history: History, chain: ChainView): Violation[] {
  const seen = new Set<string>();
  const found: Violation[] = [];
  for (const execution of chain.executions) {
    const name = `period from ${execution.firstIntervalStart}`;
    if (seen.has(name)) found.push(violation(name, 'executed twice on chain'));
    seen.add(name);
    const sum = [...execution.deltasMicro.values()].reduce((total, delta) => total + delta, 0n);
    if (sum !== 0n) found.push(violation(name, `lanes moved by ${sum} micro in sum`));
  }
  const lanes = sumLanes(chain);
  for (const [memberId, lane] of chain.lanesMicro) {
    const expected = (chain.depositsMicro.get(memberId) ?? 0n) + (lanes.get(memberId) ?? 0n);
    if (lane !== expected)
      found.push(violation(memberId, `its lane holds ${lane} micro, deposits and executed periods give ${expected}`));
  }
  return [...found, ...ledgerDisagreements(history, chain, lanes)];
}

function sumLanes(chain: ChainView): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { deltasMicro } of chain.executions)
    for (const [memberId, delta] of deltasMicro) sums.set(memberId, (sums.get(memberId) ?? 0n) + delta);
  return sums;
}

/**
 * Over all periods executed so far each lane moved by what the ledger booked for their intervals. The supplier alone may
 * have advanced what a member could not pay; then the member's lane moved by less debit, and the supplier's by more.
 */
function ledgerDisagreements(history: History, chain: ChainView, lanes: ReadonlyMap<string, bigint>): Violation[] {
  const supplier = history.communities.at(-1)?.payload.supplierMemberId ?? '';
  const booked = bookedByMember(history, chain, supplier);
  const members = [...new Set([...booked.keys(), ...lanes.keys()])].sort();
  return members.flatMap((memberId) => {
    const owed = booked.get(memberId) ?? 0n;
    const moved = lanes.get(memberId) ?? 0n;
    const isAdvanced = memberId === supplier ? moved < owed : moved > owed && owed < 0n;
    return moved === owed || isAdvanced
      ? []
      : [violation(memberId, `executed periods moved its lane by ${moved} micro, the ledger booked ${owed}`)];
  });
}

/** P2P amounts of all rows whose interval lies in an executed period, credits positive; corrections count from their own period on. */
function bookedByMember(history: History, chain: ChainView, supplier: string): Map<string, bigint> {
  const covered = (startMs: number) =>
    chain.executions.some(
      ({ firstIntervalStart, intervalCount }) =>
        startMs >= Date.parse(firstIntervalStart) &&
        startMs < Date.parse(firstIntervalStart) + intervalCount * INTERVAL_MS,
    );
  const booked = new Map<string, bigint>();
  const add = (memberId: string, micro: number) => booked.set(memberId, (booked.get(memberId) ?? 0n) + BigInt(micro));
  for (const { payload } of new Map(history.settled.map((settled) => [settled.id, settled])).values()) {
    const bookedIn = payload.run.startsWith('correction')
      ? Date.parse(payload.settledAt)
      : Date.parse(payload.intervalStart);
    if (!covered(bookedIn)) continue;
    for (const row of payload.rows) {
      add(row.memberId, row.receivableMicro - row.tradeMicro);
      add(supplier, -row.receivableMicro);
    }
  }
  return booked;
}

/** M2: an interval and a run settle once; log and chain agree on every root and every amount. */
export function checkOnce(history: History, chain: ChainView): Violation[] {
  return [
    ...repeats('cleared', history.cleared),
    ...repeats('settled', history.settled),
    ...missing(history),
    ...chainDisagreements(history, chain),
    ...executionViolations(history, chain),
  ];
}
