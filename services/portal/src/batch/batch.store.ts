import { Injectable } from '@nestjs/common';
import type { BatchConfirmed } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import { runNumberOf } from '../clearing/run-number-of.ts';
import type { BatchView } from '../view/batch-view.schema.ts';

/** An execution has no run. */
const NO_RUN = -1;

/** What is on chain: of each commit and execution what was told last, soft or final. */
@Injectable()
export class BatchStore {
  constructor(private readonly database: EntityManager) {}

  async keep(batch: BatchConfirmed, tx: EntityManager): Promise<void> {
    await tx.query(
      `insert into batch values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (community_id, kind, interval_start, run_number) do update set run = excluded.run,
         interval_count = excluded.interval_count, transaction_hash = excluded.transaction_hash,
         block_number = excluded.block_number, gas_used = excluded.gas_used, confirmed_at = excluded.confirmed_at,
         finality = excluded.finality`,
      [
        batch.communityId,
        batch.kind,
        batch.intervalStart,
        batch.run === undefined ? NO_RUN : runNumberOf(batch.run),
        batch.run ?? null,
        batch.intervalCount,
        batch.transactionHash,
        batch.blockNumber,
        batch.gasUsed,
        batch.confirmedAt,
        batch.finality,
      ],
    );
  }

  async newest(communityId: string, limit: number): Promise<BatchView[]> {
    const rows: BatchRow[] = await this.database.query(
      `select * from batch where community_id = $1 order by confirmed_at desc, interval_start desc, run_number desc limit $2`,
      [communityId, limit],
    );
    return rows.map(toView);
  }
}

interface BatchRow {
  kind: BatchView['kind'];
  interval_start: Date;
  run: string | null;
  interval_count: number;
  transaction_hash: string;
  block_number: string;
  gas_used: string;
  confirmed_at: Date;
  finality: BatchView['finality'];
}

function toView(row: BatchRow): BatchView {
  return {
    kind: row.kind,
    intervalStart: row.interval_start.toISOString(),
    ...(row.run === null ? {} : { run: row.run }),
    intervalCount: row.interval_count,
    transactionHash: row.transaction_hash,
    blockNumber: Number(row.block_number),
    gasUsed: Number(row.gas_used),
    confirmedAt: row.confirmed_at.toISOString(),
    finality: row.finality,
  };
}
