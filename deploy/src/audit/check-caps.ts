import type { CommunityConfigured, MandateSigned } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { ChainView } from './chain-view.ts';
import type { Dated, History } from './history.ts';
import { runsInPeriods, type RunInPeriod } from './periods.ts';
import type { Violation } from './violation.ts';

/** Largest cap that the contract can hold: 40 bits. */
const MAX_CAP_MICRO = 2n ** 40n - 1n;

const violation = (where: string, what: string): Violation => ({ invariant: 'M3', where, what });

/** A mandate caps a period that it covers to its end; any other allows nothing. */
const capFor = (mandate: MandateSigned, periodEnd: string): number =>
  Date.parse(mandate.expiresAt) >= Date.parse(periodEnd) ? mandate.capMicroPerPeriod : 0;

/** Caps that a booking may have been held to: that in force when its period began, and those signed since. */
function capsAt(mandates: readonly Dated<MandateSigned>[], run: RunInPeriod): number[] {
  const known = mandates
    .filter(({ position }) => position < run.position)
    .sort((a, b) => a.payload.nonce - b.payload.nonce);
  const inForce = known.findLastIndex(({ timeMs }) => timeMs <= Date.parse(run.periodStart));
  const caps = known.slice(Math.max(0, inForce)).map(({ payload }) => capFor(payload, run.periodEnd));
  return caps.length === 0 ? [0] : caps;
}

/**
 * Every receivable is what the cap leaves of a P2P debit: none on a credit, none of the supplier, none below the cap, and no
 * debit of a period above it.
 */
function receivableViolations(history: History, community: CommunityConfigured): Violation[] {
  const mandatesOf = Map.groupBy(history.mandates, ({ payload }) => payload.memberId);
  const periods = new Map<string, number>();
  return runsInPeriods(history, community).flatMap((run) =>
    run.payload.rows.flatMap(({ memberId, tradeMicro, receivableMicro }) => {
      const name = `${memberId} ${run.periodStart}`;
      const reached = (periods.get(name) ?? 0) + tradeMicro;
      periods.set(name, reached - receivableMicro);
      const allowed =
        memberId === community.supplierMemberId || tradeMicro <= 0
          ? [0]
          : capsAt(mandatesOf.get(memberId) ?? [], run).map((cap) => Math.min(tradeMicro, Math.max(0, reached - cap)));
      return allowed.includes(receivableMicro)
        ? []
        : [
            violation(
              `${memberId} ${run.payload.intervalStart} ${run.payload.run}`,
              `books ${receivableMicro} micro of a P2P debit of ${tradeMicro} as receivable, its mandate's cap leaves ${allowed.join(' or ')}`,
            ),
          ];
    }),
  );
}

/** No lane on chain is debited above a cap that its member signed for that period. */
function laneViolations(history: History, chain: ChainView): Violation[] {
  return chain.executions.flatMap(({ firstIntervalStart, intervalCount, deltasMicro }) => {
    const periodEnd = new Date(Date.parse(firstIntervalStart) + intervalCount * INTERVAL_MS).toISOString();
    return [...deltasMicro].flatMap(([memberId, delta]) => {
      const caps = history.mandates
        .filter(({ payload }) => payload.memberId === memberId)
        .map(({ payload }) => capFor(payload, periodEnd));
      const cap = Math.max(0, ...caps);
      return -delta <= BigInt(cap)
        ? []
        : [
            violation(
              memberId,
              `its lane was debited ${-delta} micro from ${firstIntervalStart}, it signed for ${cap}`,
            ),
          ];
    });
  });
}

/** The chain holds no cap but one that its member signed. */
function capViolations(history: History, chain: ChainView): Violation[] {
  return [...chain.mandateCapMicro].flatMap(([memberId, cap]) => {
    const signed = history.mandates
      .filter(({ payload }) => payload.memberId === memberId)
      .map(({ payload }) => BigInt(payload.capMicroPerPeriod))
      .map((signedCap) => (signedCap > MAX_CAP_MICRO ? MAX_CAP_MICRO : signedCap));
    return [0n, ...signed].includes(cap)
      ? []
      : [violation(memberId, `the chain holds a cap of ${cap} micro that it never signed`)];
  });
}

/** M3: P2P debits stay within signed caps, in the ledger and on chain. */
export function checkCaps(history: History, chain: ChainView): Violation[] {
  const community = history.communities.at(-1)?.payload;
  if (!community) return [];
  return [
    ...receivableViolations(history, community),
    ...laneViolations(history, chain),
    ...capViolations(history, chain),
  ];
}
