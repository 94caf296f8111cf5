import type { IntervalCleared } from '@wattmesh/events';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

/** Meter error that every interval may show, of the energy that passes the members' meters. */
const METER_ERROR_PCT = 2;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function clearedViolations(cleared: IntervalCleared, feederLossPct: number): string[] {
  const members = cleared.accounts;
  const bought = total(members.map((row) => row.boughtWh));
  const sold = total(members.map((row) => row.soldWh));
  const traded = total(cleared.trades.map((trade) => trade.energyWh));
  const surplus = total(members.map((row) => row.exportWh));
  const deficit = total(members.map((row) => row.importWh));
  const balance = total(members.map((row) => row.tradeMicro + row.supplyMicro));
  const bound = Math.ceil(((surplus + deficit) * (feederLossPct + METER_ERROR_PCT)) / 100);
  const found: string[] = [];
  if (balance !== 0) found.push(`accounts add up to ${balance} micro, not to zero`);
  if (bought !== cleared.sharedWh || sold !== cleared.sharedWh || traded !== cleared.sharedWh)
    found.push(`bought ${bought}, sold ${sold}, traded ${traded} Wh of ${cleared.sharedWh} Wh shared`);
  if (cleared.sharedWh > Math.min(surplus, deficit))
    found.push(`${cleared.sharedWh} Wh shared of ${surplus} Wh surplus and ${deficit} Wh deficit`);
  if (Math.abs(cleared.residualWh) > bound && cleared.suspectMeterId === undefined)
    found.push(`residual of ${cleared.residualWh} Wh passes ${bound} Wh and no meter is named`);
  return found;
}

/** M1: the sums of every cleared and settled interval, recomputed. */
export function checkSums(history: History): Violation[] {
  const lossPct = new Map(history.communities.map(({ payload }) => [payload.communityId, payload.feeder.lossPct]));
  const ofCleared = history.cleared.flatMap(({ payload }) =>
    clearedViolations(payload, lossPct.get(payload.communityId) ?? 0).map((what) => ({
      where: `${payload.communityId} ${payload.intervalStart} ${payload.run} cleared`,
      what,
    })),
  );
  const ofSettled = history.settled.flatMap(({ payload }) => {
    const amounts = payload.rows.map((row) => row.tradeMicro + row.supplyMicro);
    const debits = total(payload.rows.flatMap((row) => [Math.max(row.tradeMicro, 0), Math.max(row.supplyMicro, 0)]));
    const credits = total(payload.rows.flatMap((row) => [Math.max(-row.tradeMicro, 0), Math.max(-row.supplyMicro, 0)]));
    const where = `${payload.communityId} ${payload.intervalStart} ${payload.run} settled`;
    const found: { where: string; what: string }[] = [];
    if (total(amounts) !== 0) found.push({ where, what: `rows add up to ${total(amounts)} micro, not to zero` });
    if (debits !== payload.debitsMicro || credits !== payload.creditsMicro)
      found.push({
        where,
        what: `states debits ${payload.debitsMicro} and credits ${payload.creditsMicro}, its rows give ${debits} and ${credits}`,
      });
    return found;
  });
  return [...ofCleared, ...ofSettled].map((violation) => ({ invariant: 'M1', ...violation }));
}
