import { runNumber } from '@wattmesh/contracts';
import type { AccountRow, IntervalCleared, IntervalSettled } from '@wattmesh/events';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import { InputCheck } from './check-inputs.ts';
import { SecondClearing } from './clear-again.ts';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

interface RunPair {
  readonly cleared: IntervalCleared;
  readonly settled: IntervalSettled | undefined;
}

const nameOf = (run: { communityId: string; intervalStart: string; run: string }): string =>
  `${run.communityId} ${run.intervalStart} ${run.run}`;
const amountsOf = (row: Pick<AccountRow, 'tradeMicro' | 'supplyMicro'> | undefined) => ({
  tradeMicro: row?.tradeMicro ?? 0,
  supplyMicro: row?.supplyMicro ?? 0,
});

/** Runs of each interval, oldest first, each with what was booked for it. */
function runsByInterval(history: History): RunPair[][] {
  const settledOf = new Map<string, IntervalSettled>();
  for (const { payload } of history.settled)
    if (!settledOf.has(nameOf(payload))) settledOf.set(nameOf(payload), payload);
  const pairs = [...new Map(history.cleared.map(({ payload }) => [nameOf(payload), payload])).values()].map(
    (cleared) => ({ cleared, settled: settledOf.get(nameOf(cleared)) }),
  );
  return [...Map.groupBy(pairs, ({ cleared }) => `${cleared.communityId} ${cleared.intervalStart}`).values()].map(
    (runs) => runs.sort((a, b) => runNumber(a.cleared.run) - runNumber(b.cleared.run)),
  );
}

/** The rows of one run carry the books from the run before to this one, for the members that changed, and for nobody else. */
function bookingViolations(before: IntervalCleared | undefined, { cleared, settled }: RunPair): string[] {
  if (!settled) return [];
  const old = new Map(before?.accounts.map((row) => [row.memberId, row]));
  const now = new Map(cleared.accounts.map((row) => [row.memberId, row]));
  const booked = new Map(settled.rows.map((row) => [row.memberId, row]));
  if (booked.size !== settled.rows.length) return ['books a member twice in one run'];
  return [...new Set([...old.keys(), ...now.keys(), ...booked.keys()])].flatMap((memberId) => {
    const from = amountsOf(old.get(memberId));
    const to = amountsOf(now.get(memberId));
    const row = booked.get(memberId);
    const difference = { tradeMicro: to.tradeMicro - from.tradeMicro, supplyMicro: to.supplyMicro - from.supplyMicro };
    const isSame =
      row !== undefined
        ? row.tradeMicro === difference.tradeMicro && row.supplyMicro === difference.supplyMicro
        : difference.tradeMicro === 0 && difference.supplyMicro === 0;
    if (!isSame)
      return [
        `books ${row ? row.tradeMicro + row.supplyMicro : 0} micro to ${memberId}, its data give ${difference.tradeMicro + difference.supplyMicro}`,
      ];
    const isUntouched =
      before !== undefined && row !== undefined && difference.tradeMicro === 0 && difference.supplyMicro === 0;
    return isUntouched ? [`books a row to ${memberId}, whose account did not change`] : [];
  });
}

function clearingViolation(second: SecondClearing, cleared: IntervalCleared): string[] {
  const again = second.clear(cleared);
  if ('contradiction' in again) return [again.contradiction];
  const { outcome, price } = again;
  const published = {
    trades: cleared.trades,
    accounts: cleared.accounts,
    sharedWh: cleared.sharedWh,
    price: cleared.priceMicroPerKwh,
    residualWh: cleared.residualWh,
    residualBoundWh: cleared.residualBoundWh,
    retail: cleared.retailMicroPerKwh,
    feedIn: cleared.feedInMicroPerKwh,
  };
  const recomputed = {
    trades: outcome.trades,
    accounts: outcome.accounts,
    sharedWh: outcome.sharedWh,
    price: outcome.priceMicroPerKwh,
    residualWh: outcome.residualWh,
    residualBoundWh: outcome.residualBoundWh,
    retail: price.retailMicroPerKwh,
    feedIn: price.feedInMicroPerKwh,
  };
  return hashCanonicalJson(published) === hashCanonicalJson(recomputed)
    ? []
    : ['clears to something else when its own inputs are cleared again'];
}

/** M5: every run follows from the data it lists, and books new rows for exactly the accounts that those data changed. */
export function checkCorrections(history: History): Violation[] {
  const community = history.communities.at(-1)?.payload;
  if (!community) return [];
  const second = new SecondClearing(history, community);
  const inputs = new InputCheck(history, community);
  return runsByInterval(history).flatMap((runs) =>
    runs.flatMap((pair, index) =>
      [
        ...inputs.violations(pair.cleared, { isLast: index === runs.length - 1 }),
        ...clearingViolation(second, pair.cleared),
        ...bookingViolations(runs[index - 1]?.cleared, pair),
      ].map((what): Violation => ({ invariant: 'M5', where: nameOf(pair.cleared), what })),
    ),
  );
}
