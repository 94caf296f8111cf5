import type { CommunityConfigured } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { ChainView } from './chain-view.ts';
import type { History } from './history.ts';
import { runsInPeriods } from './periods.ts';
import type { Violation } from './violation.ts';

const violation = (where: string, what: string): Violation => ({ invariant: 'M2', where, what });

function executionViolations(history: History, chain: ChainView): Violation[] {
  const seen = new Set<number>();
  const found = chain.executions.flatMap(({ firstIntervalStart, deltasMicro }) => {
    const name = `period from ${firstIntervalStart}`;
    const isRepeated = seen.has(Date.parse(firstIntervalStart));
    seen.add(Date.parse(firstIntervalStart));
    const sum = [...deltasMicro.values()].reduce((total, delta) => total + delta, 0n);
    return [
      ...(isRepeated ? [violation(name, 'executed twice on chain')] : []),
      ...(sum === 0n ? [] : [violation(name, `lanes moved by ${sum} micro in sum`)]),
    ];
  });
  const lost = history.confirmed
    .filter(({ payload }) => payload.kind === 'execute' && !seen.has(Date.parse(payload.intervalStart)))
    .map(({ payload }) =>
      violation(`period from ${payload.intervalStart}`, 'confirmed in the log but not on the chain'),
    );
  return [...found, ...lost];
}

function sumLanes(chain: ChainView): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { deltasMicro } of chain.executions)
    for (const [memberId, delta] of deltasMicro) sums.set(memberId, (sums.get(memberId) ?? 0n) + delta);
  return sums;
}

/** A lane holds what was paid in and moved, less what its member took out. */
function balanceViolations(chain: ChainView, lanes: ReadonlyMap<string, bigint>): Violation[] {
  return [...chain.lanesMicro].flatMap(([memberId, lane]) => {
    const paidIn = (chain.depositsMicro.get(memberId) ?? 0n) - (chain.takenOutMicro.get(memberId) ?? 0n);
    const expected = paidIn + (lanes.get(memberId) ?? 0n);
    return lane === expected
      ? []
      : [violation(memberId, `its lane holds ${lane} micro, deposits and executed periods give ${expected}`)];
  });
}

/** What the ledger booked to a member's lane over the executed periods. */
interface Booked {
  /** Credits positive. */
  readonly net: bigint;
  /** Sum of the periods that were debits: the most that the supplier can have advanced. */
  readonly debits: bigint;
}

/** Lanes by the ledger up to the end of the last executed period. A period of which nothing moved is never executed itself. */
function bookedByMember(history: History, chain: ChainView, community: CommunityConfigured): Map<string, Booked> {
  const untilMs = Math.max(
    ...chain.executions.map(
      ({ firstIntervalStart, intervalCount }) => Date.parse(firstIntervalStart) + intervalCount * INTERVAL_MS,
    ),
  );
  const runs = runsInPeriods(history, community).filter(({ periodStart }) => Date.parse(periodStart) < untilMs);
  const booked = new Map<string, Booked>();
  for (const ofPeriod of Map.groupBy(runs, ({ periodStart }) => periodStart).values()) {
    const nets = new Map<string, bigint>();
    const add = (memberId: string, micro: number) => nets.set(memberId, (nets.get(memberId) ?? 0n) + BigInt(micro));
    for (const row of ofPeriod.flatMap(({ payload }) => payload.rows)) {
      add(row.memberId, row.receivableMicro - row.tradeMicro);
      add(community.supplierMemberId, -row.receivableMicro);
    }
    for (const [memberId, net] of nets) {
      const before = booked.get(memberId) ?? { net: 0n, debits: 0n };
      booked.set(memberId, { net: before.net + net, debits: before.debits + (net < 0n ? -net : 0n) });
    }
  }
  return booked;
}

/**
 * Over all periods executed so far each lane moved by what the ledger booked to them. The supplier alone may have advanced
 * what a member could not pay; then the member's lane moved by less debit, and the supplier's by more.
 */
function ledgerDisagreements(
  booked: ReadonlyMap<string, Booked>,
  lanes: ReadonlyMap<string, bigint>,
  supplierMemberId: string,
): Violation[] {
  const members = [...new Set([...booked.keys(), ...lanes.keys()])].sort();
  return members.flatMap((memberId) => {
    const { net, debits } = booked.get(memberId) ?? { net: 0n, debits: 0n };
    const moved = lanes.get(memberId) ?? 0n;
    const isAdvanced = memberId === supplierMemberId ? moved < net : moved > net && moved - net <= debits;
    return moved === net || isAdvanced
      ? []
      : [violation(memberId, `executed periods moved its lane by ${moved} micro, the ledger booked ${net}`)];
  });
}

/** M2: each period is executed once, by the amounts of the ledger. */
export function checkExecutions(history: History, chain: ChainView): Violation[] {
  const community = history.communities.at(-1)?.payload;
  if (!community) return [];
  const lanes = sumLanes(chain);
  return [
    ...executionViolations(history, chain),
    ...balanceViolations(chain, lanes),
    ...ledgerDisagreements(bookedByMember(history, chain, community), lanes, community.supplierMemberId),
  ];
}
