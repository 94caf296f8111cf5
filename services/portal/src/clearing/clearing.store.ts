import { Injectable } from '@nestjs/common';
import type { IntervalCleared } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import type { ClearingView, TradeView } from '../view/clearing-view.schema.ts';
import { runNumberOf } from './run-number-of.ts';

/** Cleared intervals, run by run, with their trades and accounts. */
@Injectable()
export class ClearingStore {
  constructor(private readonly database: EntityManager) {}

  async keep(cleared: IntervalCleared, tx: EntityManager): Promise<void> {
    const { communityId, intervalStart, run } = cleared;
    const runNumber = runNumberOf(run);
    await tx.query(
      `update clearing set is_newest = false where community_id = $1 and interval_start = $2 and run_number < $3 and is_newest`,
      [communityId, intervalStart, runNumber],
    );
    const inserted: unknown[] = await tx.query(
      `with kept as (
         insert into clearing
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, not exists (
           select from clearing where community_id = $1 and interval_start = $2 and run_number > $3))
         on conflict do nothing returning 1)
       select * from kept`,
      [
        communityId,
        intervalStart,
        runNumber,
        run,
        cleared.closedAt,
        cleared.priceMicroPerKwh ?? null,
        cleared.retailMicroPerKwh,
        cleared.feedInMicroPerKwh,
        cleared.sharedWh,
        cleared.trades.length,
        cleared.residualWh,
        cleared.residualBoundWh,
        cleared.suspectMeterId ?? null,
      ],
    );
    if (inserted.length === 0) return;
    await keepTrades(cleared, runNumber, tx);
    await keepAccounts(cleared, runNumber, tx);
  }

  /** Newest interval of a community that is cleared. */
  async newestStart(communityId: string, tx: EntityManager): Promise<string | undefined> {
    const rows: { newest: Date | null }[] = await tx.query(
      `select max(interval_start) as newest from clearing where community_id = $1 and is_newest`,
      [communityId],
    );
    return rows[0]?.newest?.toISOString();
  }

  /** Newest run of each interval, newest interval first. */
  async list(communityId: string, range: { from?: string; to?: string; limit: number }): Promise<ClearingView[]> {
    const rows: ClearingRow[] = await this.database.query(
      `select * from clearing where community_id = $1 and is_newest
         and interval_start >= coalesce($2, '-infinity'::timestamptz) and interval_start < coalesce($3, 'infinity'::timestamptz)
       order by interval_start desc limit $4`,
      [communityId, range.from ?? null, range.to ?? null, range.limit],
    );
    return rows.map(toView);
  }

  /** Trades of an interval's newest run; undefined where it is not cleared. */
  async trades(communityId: string, intervalStart: string): Promise<TradeView[] | undefined> {
    const rows: (TradeRow | { run: string; place: null })[] = await this.database.query(
      `select c.run, t.* from clearing c left join trade t using (community_id, interval_start, run_number)
       where c.community_id = $1 and c.interval_start = $2 and c.is_newest order by t.place`,
      [communityId, intervalStart],
    );
    if (rows.length === 0) return undefined;
    return rows.flatMap((row) => (row.place === null ? [] : [toTrade(row)]));
  }
}

async function keepTrades(
  { communityId, intervalStart, trades }: IntervalCleared,
  runNumber: number,
  tx: EntityManager,
) {
  await tx.query(
    `insert into trade
     select $1, $2, $3, place - 1, seller, buyer, energy_wh, price, amount
     from unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[])
       with ordinality as t (seller, buyer, energy_wh, price, amount, place)`,
    [
      communityId,
      intervalStart,
      runNumber,
      trades.map((trade) => trade.sellerMemberId),
      trades.map((trade) => trade.buyerMemberId),
      trades.map((trade) => trade.energyWh),
      trades.map((trade) => trade.priceMicroPerKwh),
      trades.map((trade) => trade.amountMicro),
    ],
  );
}

async function keepAccounts(
  { communityId, intervalStart, accounts }: IntervalCleared,
  runNumber: number,
  tx: EntityManager,
): Promise<void> {
  await tx.query(
    `insert into account
     select member_id, $2, $3, $1, import_wh, export_wh, bought_wh, sold_wh, residual_import_wh, residual_export_wh,
       trade_micro, supply_micro
     from unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
       $11::bigint[], $12::bigint[]) as a (member_id, import_wh, export_wh, bought_wh, sold_wh, residual_import_wh,
       residual_export_wh, trade_micro, supply_micro)`,
    [
      communityId,
      intervalStart,
      runNumber,
      accounts.map((row) => row.memberId),
      accounts.map((row) => row.importWh),
      accounts.map((row) => row.exportWh),
      accounts.map((row) => row.boughtWh),
      accounts.map((row) => row.soldWh),
      accounts.map((row) => row.residualImportWh),
      accounts.map((row) => row.residualExportWh),
      accounts.map((row) => row.tradeMicro),
      accounts.map((row) => row.supplyMicro),
    ],
  );
}

interface ClearingRow {
  interval_start: Date;
  run: string;
  closed_at: Date;
  price_micro_per_kwh: string | null;
  retail_micro_per_kwh: string;
  feed_in_micro_per_kwh: string;
  shared_wh: string;
  trade_count: number;
  residual_wh: string;
  residual_bound_wh: string;
  suspect_meter_id: string | null;
}

interface TradeRow {
  run: string;
  place: number;
  seller_member_id: string;
  buyer_member_id: string;
  energy_wh: string;
  price_micro_per_kwh: string;
  amount_micro: string;
}

function toView(row: ClearingRow): ClearingView {
  return {
    intervalStart: row.interval_start.toISOString(),
    run: row.run,
    closedAt: row.closed_at.toISOString(),
    ...(row.price_micro_per_kwh === null ? {} : { priceMicroPerKwh: Number(row.price_micro_per_kwh) }),
    retailMicroPerKwh: Number(row.retail_micro_per_kwh),
    feedInMicroPerKwh: Number(row.feed_in_micro_per_kwh),
    sharedWh: Number(row.shared_wh),
    tradeCount: row.trade_count,
    residualWh: Number(row.residual_wh),
    residualBoundWh: Number(row.residual_bound_wh),
    ...(row.suspect_meter_id === null ? {} : { suspectMeterId: row.suspect_meter_id }),
  };
}

function toTrade(row: TradeRow): TradeView {
  return {
    run: row.run,
    sellerMemberId: row.seller_member_id,
    buyerMemberId: row.buyer_member_id,
    energyWh: Number(row.energy_wh),
    priceMicroPerKwh: Number(row.price_micro_per_kwh),
    amountMicro: Number(row.amount_micro),
  };
}
