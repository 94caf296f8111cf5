import type { AccountRow, Trade } from '@wattmesh/events';
import type { IntervalInput, IntervalOutcome, StandingOrder } from './interval-input.ts';

/** A broken rule of a clearing, in words. Certificate: optimal welfare by duality beside the welfare reached. */
export interface ClearingVerdict {
  readonly faults: string[];
  readonly welfareMicroWh: bigint;
  readonly dualMicroWh: bigint;
}

/**
 * Checks a cleared interval from its inputs without running the auction again.
 *
 * Method: linear-programming duality. For any price p, the surplus all orders could have at p bounds the welfare from
 * above, and the least such bound over all limits is reached by an optimal allocation: gap zero proves optimality. The
 * rest is recomputed by sums: corridor, limits, energy of each row, trades against rows, zero sums, tariff bills.
 *
 * Preconditions: those of clearInterval. O(n^2) in the number of distinct limits.
 */
export function verifyClearing(input: IntervalInput, outcome: IntervalOutcome): ClearingVerdict {
  const limits = effectiveLimits(input);
  const rows = new Map(outcome.accounts.map((row) => [row.memberId, row]));
  const welfareMicroWh = welfareOf(limits, rows);
  const dualMicroWh = dualBound(limits, input);
  const faults = [
    ...checkWelfare(welfareMicroWh, dualMicroWh),
    ...checkPrice(input, outcome),
    ...outcome.accounts.flatMap((row) => checkRow(input, row, limits)),
    ...checkTrades(outcome, rows),
    ...checkSums(input, outcome),
  ];
  return { faults, welfareMicroWh, dualMicroWh };
}

interface Limit extends StandingOrder {
  readonly volumeWh: number;
}

function effectiveLimits(input: IntervalInput): Limit[] {
  const energyOf = (memberId: string, side: 'importWh' | 'exportWh'): number =>
    input.meterings.filter((m) => m.role === 'revenue' && m.memberId === memberId).reduce((all, m) => all + m[side], 0);
  const { retailMicroPerKwh, feedInMicroPerKwh, sharedChargesMicroPerKwh } = input.price;
  return input.orders.flatMap((order): Limit[] => {
    const mandate = input.mandates.find((each) => each.memberId === order.memberId);
    if (mandate === undefined) return [];
    if (order.side === 'ask') {
      const least = Math.max(order.limitMicroPerKwh, mandate.priceFloorMicroPerKwh, feedInMicroPerKwh);
      return [{ ...order, limitMicroPerKwh: least, volumeWh: energyOf(order.memberId, 'exportWh') }];
    }
    const most = Math.min(order.limitMicroPerKwh, mandate.priceCeilingMicroPerKwh, retailMicroPerKwh);
    return [
      { ...order, limitMicroPerKwh: most - sharedChargesMicroPerKwh, volumeWh: energyOf(order.memberId, 'importWh') },
    ];
  });
}

function welfareOf(limits: readonly Limit[], rows: ReadonlyMap<string, AccountRow>): bigint {
  return limits.reduce((all, limit) => {
    const row = rows.get(limit.memberId);
    const filledWh = limit.side === 'bid' ? (row?.boughtWh ?? 0) : -(row?.soldWh ?? 0);
    return all + BigInt(limit.limitMicroPerKwh) * BigInt(filledWh);
  }, 0n);
}

function dualBound(limits: readonly Limit[], input: IntervalInput): bigint {
  const candidates = new Set([input.price.feedInMicroPerKwh, ...limits.map((limit) => limit.limitMicroPerKwh)]);
  const bounds = [...candidates].map((price) =>
    limits.reduce((all, limit) => {
      const gain = limit.side === 'bid' ? limit.limitMicroPerKwh - price : price - limit.limitMicroPerKwh;
      return gain > 0 ? all + BigInt(gain) * BigInt(limit.volumeWh) : all;
    }, 0n),
  );
  return bounds.reduce((least, bound) => (bound < least ? bound : least));
}

const checkWelfare = (primal: bigint, dual: bigint): string[] =>
  primal === dual ? [] : [`welfare ${primal} is not the optimum ${dual}`];

function checkPrice(input: IntervalInput, outcome: IntervalOutcome): string[] {
  const price = outcome.priceMicroPerKwh;
  if (price === undefined) return outcome.sharedWh === 0 ? [] : ['energy was shared without a price'];
  const most = input.price.retailMicroPerKwh - input.price.sharedChargesMicroPerKwh;
  return price >= input.price.feedInMicroPerKwh && price <= most ? [] : [`price ${price} leaves the corridor`];
}

function checkRow(input: IntervalInput, row: AccountRow, limits: readonly Limit[]): string[] {
  const isBook = row.memberId === input.supplierMemberId || row.memberId === input.residualMemberId;
  if (isBook) return [];
  const { retailMicroPerKwh, feedInMicroPerKwh } = input.price;
  const own = limits.filter((limit) => limit.memberId === row.memberId);
  const tariffMilli =
    BigInt(row.importWh) * BigInt(retailMicroPerKwh) - BigInt(row.exportWh) * BigInt(feedInMicroPerKwh);
  const faults: string[] = [];
  if (row.boughtWh + row.residualImportWh !== row.importWh) faults.push(`import of ${row.memberId} does not add up`);
  if (row.soldWh + row.residualExportWh !== row.exportWh) faults.push(`export of ${row.memberId} does not add up`);
  if (row.boughtWh > 0 && !own.some((limit) => limit.side === 'bid'))
    faults.push(`${row.memberId} bought without a bid`);
  if (row.soldWh > 0 && !own.some((limit) => limit.side === 'ask')) faults.push(`${row.memberId} sold without an ask`);
  if (BigInt(row.tradeMicro + row.supplyMicro) * 1000n > tariffMilli)
    faults.push(`${row.memberId} pays more than its tariff`);
  return faults;
}

function checkTrades(outcome: IntervalOutcome, rows: ReadonlyMap<string, AccountRow>): string[] {
  const sum = (side: 'buyerMemberId' | 'sellerMemberId', memberId: string): number =>
    outcome.trades.filter((trade) => trade[side] === memberId).reduce((all, trade) => all + trade.energyWh, 0);
  const buyers = outcome.accounts.filter((row) => row.boughtWh > 0).length;
  const sellers = outcome.accounts.filter((row) => row.soldWh > 0).length;
  const faults = outcome.trades.flatMap((trade) => checkTrade(trade, outcome));
  if (outcome.trades.length > Math.max(0, buyers + sellers - 1)) faults.push('more trades than buyers + sellers - 1');
  for (const row of rows.values()) {
    if (sum('buyerMemberId', row.memberId) !== row.boughtWh)
      faults.push(`trades of buyer ${row.memberId} do not add up`);
    if (sum('sellerMemberId', row.memberId) !== row.soldWh)
      faults.push(`trades of seller ${row.memberId} do not add up`);
  }
  return faults;
}

function checkTrade(trade: Trade, outcome: IntervalOutcome): string[] {
  const offMilli = BigInt(trade.amountMicro) * 1000n - BigInt(trade.energyWh) * BigInt(trade.priceMicroPerKwh);
  const isPriced = trade.priceMicroPerKwh === outcome.priceMicroPerKwh && offMilli > -1000n && offMilli < 1000n;
  return isPriced && trade.energyWh > 0
    ? []
    : [`trade of ${trade.sellerMemberId} to ${trade.buyerMemberId} is mispriced`];
}

function checkSums(input: IntervalInput, outcome: IntervalOutcome): string[] {
  const sum = (pick: (row: AccountRow) => number): number => outcome.accounts.reduce((all, row) => all + pick(row), 0);
  const faults: string[] = [];
  if (sum((row) => row.tradeMicro) !== 0) faults.push('trade amounts do not sum to zero');
  if (sum((row) => row.supplyMicro) !== 0) faults.push('supply amounts do not sum to zero');
  if (sum((row) => row.boughtWh) !== outcome.sharedWh || sum((row) => row.soldWh) !== outcome.sharedWh)
    faults.push('shared energy is not what was bought and sold');
  if (
    outcome.sharedWh >
    Math.min(
      sum((row) => row.importWh),
      sum((row) => row.exportWh),
    )
  )
    faults.push('more was shared than was left over or wanting');
  const head = input.meterings.find((metering) => metering.role === 'head');
  const netWh = sum((row) => row.importWh - row.exportWh) + outcome.residualWh;
  if (head !== undefined && netWh !== head.importWh - head.exportWh)
    faults.push('members and residual are not the head meter');
  return faults;
}
