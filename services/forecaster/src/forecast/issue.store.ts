import { Injectable } from '@nestjs/common';
import { ForecastPublished } from '@wattmesh/events';
import { Outbox, Transactions, type Term } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';

/** Lets forecasts leave, each once. */
@Injectable()
export class IssueStore {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** One transaction for all: what has already left for the interval by the same model does not leave again. */
  async publish(events: readonly ForecastPublished[], term: Term): Promise<void> {
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.outbox.publish(tx, ForecastPublished, await claim(events, tx));
    });
  }
}

/** The events that have not left yet, noted as left in the transaction that publishes them. */
async function claim(events: readonly ForecastPublished[], tx: EntityManager): Promise<ForecastPublished[]> {
  const versionOf = ({ model }: ForecastPublished): string => `${model.name}@${model.version}`;
  const rows: { site_id: string }[] = await tx.query(
    `insert into issue (site_id, first_interval_start, model_version)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[])
     on conflict (site_id) do update
       set first_interval_start = excluded.first_interval_start, model_version = excluded.model_version
       where issue.first_interval_start < excluded.first_interval_start
          or (issue.first_interval_start = excluded.first_interval_start and issue.model_version <> excluded.model_version)
     returning site_id`,
    [
      events.map(({ siteId }) => siteId),
      events.map(({ firstIntervalStart }) => firstIntervalStart),
      events.map(versionOf),
    ],
  );
  const claimed = new Set(rows.map((row) => row.site_id));
  return events.filter(({ siteId }) => claimed.has(siteId));
}
