import { Injectable } from '@nestjs/common';
import type { CommunityConfigured, IntervalSettled } from '@wattmesh/events';
import { periodEndOf, periodStartOf } from '@wattmesh/settlement/settlement-period';
import type { EntityManager } from 'typeorm';
import { runNumberOf } from '../clearing/run-number-of.ts';

const INTERVAL_MS = 900_000;

/**
 * The ledger as the settlement booked it, row by row and never changed. Which settlement period moves a row follows from the
 * order of the runs: its own, or the next one where that is complete.
 */
@Injectable()
export class LedgerStore {
  async keep(settled: IntervalSettled, community: CommunityConfigured | undefined, tx: EntityManager): Promise<void> {
    const { communityId, run, settledAt, root, rows } = settled;
    const intervalStart = new Date(Date.parse(settled.intervalStart)).toISOString();
    const runNumber = runNumberOf(run);
    const inserted: unknown[] = await tx.query(
      `with kept as (insert into booked_run values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1)
       select * from kept`,
      [communityId, intervalStart, runNumber, run, settledAt, root],
    );
    if (inserted.length === 0) return;
    const periodStart = community === undefined ? null : await periodOf(community, intervalStart, tx);
    await tx.query(
      `insert into ledger_row
       select member_id, $2, $3, $1, $4, $5, $6, trade_micro, supply_micro, receivable_micro
       from unnest($7::text[], $8::bigint[], $9::bigint[], $10::bigint[])
         as r (member_id, trade_micro, supply_micro, receivable_micro)`,
      [
        communityId,
        intervalStart,
        runNumber,
        run,
        settledAt,
        periodStart,
        rows.map((row) => row.memberId),
        rows.map((row) => row.tradeMicro),
        rows.map((row) => row.supplyMicro),
        rows.map((row) => row.receivableMicro),
      ],
    );
    if (community !== undefined && run === 'final') await completePeriod(community, intervalStart, tx);
  }
}

async function periodOf(community: CommunityConfigured, intervalStart: string, tx: EntityManager): Promise<string> {
  const own = periodStartOf(intervalStart, community);
  const [found]: { is_complete: boolean; last: Date | null }[] = await tx.query(
    `select coalesce(bool_or(period_start = $2), false) as is_complete, max(period_start) as last
     from complete_period where community_id = $1`,
    [community.communityId, own],
  );
  if (found === undefined || !found.is_complete || found.last === null) return own;
  return periodEndOf(found.last.toISOString(), community);
}

async function completePeriod(community: CommunityConfigured, intervalStart: string, tx: EntityManager): Promise<void> {
  const periodStart = periodStartOf(intervalStart, community);
  if (Date.parse(intervalStart) + INTERVAL_MS !== Date.parse(periodEndOf(periodStart, community))) return;
  await tx.query(`insert into complete_period values ($1, $2) on conflict do nothing`, [
    community.communityId,
    periodStart,
  ]);
}
