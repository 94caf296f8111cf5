import type { AccountRow } from '@wattmesh/events';
import { creditOfEnergy, debitOfEnergy } from './amount-of-energy.ts';
import { findSuspectMeter } from './find-suspect-meter.ts';
import { NO_MANDATE, type IntervalInput, type IntervalOutcome } from './interval-input.ts';
import { measureResidual } from './measure-residual.ts';
import { pairTrades } from './pair-trades.ts';
import { runAuction, type AuctionResult, type LimitVolume } from './run-auction.ts';

/**
 * Clears one interval of a community behind one grid connection: `expost`, `auction`.
 *
 * Volumes are what the revenue meters registered; import and export are two products and are never netted. Importers with
 * a mandate and a bid, and exporters with a mandate and an ask, meet in a uniform-price double auction inside the corridor
 * [feed-in, retail - shared charges]. A bid counts net of the shared charges and at most at its mandate's ceiling, an ask
 * at least at its mandate's floor. What is not shared is bought from or sold to the supplier at the tariff.
 *
 * Money: debits are rounded down and credits up, so no bill passes the tariff bill of the same energy; the supplier's row
 * takes the shared charges and the dust and closes both sums at exactly zero. The residual account holds the energy of
 * losses and meter error at zero amount: the supplier, who pays the grid's bill at the connection, carries its cost.
 *
 * Units: Wh, micro-units. Preconditions: one revenue meter or more per member, at most one order a side per member. The
 * order of the inputs does not matter. O(n log n).
 *
 * @example clearInterval({ ...home a exports 1000 Wh, home b imports 1000 Wh, retail 300_000, feed-in 100_000, no charges });
 * // price 200_000, one trade of 1000 Wh for 200_000, rows a -200_000, b +200_000, supplier 0
 */
export function clearInterval(input: IntervalInput): IntervalOutcome {
  const metered = meteredByMember(input);
  const mandates = new Map(input.mandates.map((mandate) => [mandate.memberId, mandate]));
  const auction = runAuction(limitsOf(input, metered, 'bid'), limitsOf(input, metered, 'ask'));
  const price = auction.priceMicroPerKwh;
  const trades = price === undefined ? [] : pairTrades({ ...auction, priceMicroPerKwh: price });
  const { residualWh, residualBoundWh } = measureResidual(input.meterings, input.lossPct);
  const rows = [...metered].map(([memberId, energy]): AccountRow => ({
    ...priceAccount(input, { memberId, ...energy }, auction),
    mandateHash: mandates.get(memberId)?.mandateHash ?? NO_MANDATE,
  }));
  const suspectMeterId = findSuspectMeter({ meterings: input.meterings, residualWh, residualBoundWh });
  return {
    ...(price === undefined ? {} : { priceMicroPerKwh: price }),
    sharedWh: auction.sharedWh,
    trades,
    accounts: closeBooks(input, rows, residualWh),
    residualWh,
    residualBoundWh,
    ...(suspectMeterId === undefined ? {} : { suspectMeterId }),
  };
}

type Energy = { importWh: number; exportWh: number };

function meteredByMember(input: IntervalInput): Map<string, Energy> {
  const metered = new Map<string, Energy>();
  const revenue = input.meterings.filter((metering) => metering.role === 'revenue');
  const memberIds = [...input.memberIds, ...revenue.map((metering) => metering.memberId)];
  const named = new Set([...memberIds, input.supplierMemberId, input.residualMemberId]);
  for (const memberId of [...named].sort()) metered.set(memberId, { importWh: 0, exportWh: 0 });
  for (const metering of revenue) {
    const energy = metered.get(metering.memberId)!;
    energy.importWh += metering.importWh;
    energy.exportWh += metering.exportWh;
  }
  return metered;
}

function limitsOf(input: IntervalInput, metered: ReadonlyMap<string, Energy>, side: 'bid' | 'ask'): LimitVolume[] {
  const { retailMicroPerKwh, feedInMicroPerKwh, sharedChargesMicroPerKwh } = input.price;
  const mandates = new Map(input.mandates.map((mandate) => [mandate.memberId, mandate]));
  return input.orders.flatMap((order) => {
    const energy = metered.get(order.memberId);
    const mandate = mandates.get(order.memberId);
    if (order.side !== side || energy === undefined || mandate === undefined) return [];
    const volumeWh = side === 'bid' ? energy.importWh : energy.exportWh;
    const limitMicroPerKwh =
      side === 'bid'
        ? Math.min(order.limitMicroPerKwh, mandate.priceCeilingMicroPerKwh, retailMicroPerKwh) -
          sharedChargesMicroPerKwh
        : Math.max(order.limitMicroPerKwh, mandate.priceFloorMicroPerKwh, feedInMicroPerKwh);
    return volumeWh > 0 ? [{ memberId: order.memberId, limitMicroPerKwh, volumeWh }] : [];
  });
}

function priceAccount(
  input: IntervalInput,
  member: Energy & { memberId: string },
  auction: AuctionResult,
): Omit<AccountRow, 'mandateHash'> {
  const { retailMicroPerKwh, feedInMicroPerKwh, sharedChargesMicroPerKwh } = input.price;
  const boughtWh = auction.boughtWh.get(member.memberId) ?? 0;
  const soldWh = auction.soldWh.get(member.memberId) ?? 0;
  const residualImportWh = member.importWh - boughtWh;
  const residualExportWh = member.exportWh - soldWh;
  const price = auction.priceMicroPerKwh ?? 0;
  return {
    ...member,
    boughtWh,
    soldWh,
    residualImportWh,
    residualExportWh,
    tradeMicro: debitOfEnergy(boughtWh, price + sharedChargesMicroPerKwh) - creditOfEnergy(soldWh, price),
    supplyMicro:
      debitOfEnergy(residualImportWh, retailMicroPerKwh) - creditOfEnergy(residualExportWh, feedInMicroPerKwh),
  };
}

/** Gives the residual account its energy and the supplier the other side of every residual Wh and every micro-unit. */
function closeBooks(input: IntervalInput, rows: readonly AccountRow[], residualWh: number): AccountRow[] {
  const held = rows.map((row) =>
    row.memberId === input.residualMemberId
      ? { ...row, residualImportWh: Math.max(0, residualWh), residualExportWh: Math.max(0, -residualWh) }
      : row,
  );
  const others = held.filter((row) => row.memberId !== input.supplierMemberId);
  const sum = (pick: (row: AccountRow) => number): number => others.reduce((all, row) => all + pick(row), 0);
  const supplier = {
    residualImportWh: sum((row) => row.residualExportWh),
    residualExportWh: sum((row) => row.residualImportWh),
    tradeMicro: 0 - sum((row) => row.tradeMicro),
    supplyMicro: 0 - sum((row) => row.supplyMicro),
  };
  return held.map((row) => (row.memberId === input.supplierMemberId ? { ...row, ...supplier } : row));
}
