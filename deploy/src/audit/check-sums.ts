import type { IntervalCleared } from '@wattmesh/events';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

/** Meter error that every interval may show, of the energy that passes the members' meters. */
const METER_ERROR_PCT = 2;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Trades and supply are two accounts: each sums to zero. */
function sumViolations(rows: readonly { tradeMicro: number; supplyMicro: number }[]): string[] {
  const trade = total(rows.map((row) => row.tradeMicro));
  const supply = total(rows.map((row) => row.supplyMicro));
  return trade === 0 && supply === 0
    ? []
    : [`rows add up to ${trade} micro of trades and ${supply} of supply, not to zero`];
}

function clearedViolations(cleared: IntervalCleared, feederLossPct: number, meterIds: ReadonlySet<string>): string[] {
  const members = cleared.accounts;
  const bought = total(members.map((row) => row.boughtWh));
  const sold = total(members.map((row) => row.soldWh));
  const traded = total(cleared.trades.map((trade) => trade.energyWh));
  const surplus = total(members.map((row) => row.exportWh));
  const deficit = total(members.map((row) => row.importWh));
  const bound = Math.ceil(((surplus + deficit) * (feederLossPct + METER_ERROR_PCT)) / 100);
  const isBeyond = Math.abs(cleared.residualWh) > bound;
  const found = sumViolations(members);
  if (bought !== cleared.sharedWh || sold !== cleared.sharedWh || traded !== cleared.sharedWh)
    found.push(`bought ${bought}, sold ${sold}, traded ${traded} Wh of ${cleared.sharedWh} Wh shared`);
  if (cleared.sharedWh > Math.min(surplus, deficit))
    found.push(`${cleared.sharedWh} Wh shared of ${surplus} Wh surplus and ${deficit} Wh deficit`);
  if (cleared.residualBoundWh !== bound)
    found.push(`states a residual bound of ${cleared.residualBoundWh} Wh, its energies give ${bound} Wh`);
  if (isBeyond && !meterIds.has(cleared.suspectMeterId ?? ''))
    found.push(`residual of ${cleared.residualWh} Wh passes ${bound} Wh and no meter is named`);
  if (!isBeyond && cleared.suspectMeterId !== undefined)
    found.push(
      `names ${cleared.suspectMeterId} although the residual of ${cleared.residualWh} Wh is within ${bound} Wh`,
    );
  return found;
}

/** M1: the sums of every cleared and settled interval, recomputed; that its energies are the meters', M5's second clearing shows. */
export function checkSums(history: History): Violation[] {
  const lossPct = new Map(history.communities.map(({ payload }) => [payload.communityId, payload.feeder.lossPct]));
  const meterIds = new Set(history.meters.map(({ payload }) => payload.meterId));
  const ofCleared = history.cleared.flatMap(({ payload }) =>
    clearedViolations(payload, lossPct.get(payload.communityId) ?? 0, meterIds).map((what) => ({
      where: `${payload.communityId} ${payload.intervalStart} ${payload.run} cleared`,
      what,
    })),
  );
  const ofSettled = history.settled.flatMap(({ payload }) => {
    const debits = total(payload.rows.flatMap((row) => [Math.max(row.tradeMicro, 0), Math.max(row.supplyMicro, 0)]));
    const credits = total(payload.rows.flatMap((row) => [Math.max(-row.tradeMicro, 0), Math.max(-row.supplyMicro, 0)]));
    const where = `${payload.communityId} ${payload.intervalStart} ${payload.run} settled`;
    const found = sumViolations(payload.rows).map((what) => ({ where, what }));
    if (debits !== payload.debitsMicro || credits !== payload.creditsMicro)
      found.push({
        where,
        what: `states debits ${payload.debitsMicro} and credits ${payload.creditsMicro}, its rows give ${debits} and ${credits}`,
      });
    return found;
  });
  return [...ofCleared, ...ofSettled].map((violation) => ({ invariant: 'M1', ...violation }));
}
