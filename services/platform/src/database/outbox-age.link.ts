import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ServiceContext } from '../service/runtime.ts';

interface Waiting {
  rows: number;
  oldestAgeS: number;
}

/** Rows are counted so far and no further: a long outage of the broker must not make each scrape dear. */
const COUNTED_ROWS = 100_000;

/** Tells the metrics how much waits in the outbox, and since when. */
@Injectable()
export class OutboxAge implements OnModuleInit {
  #asked: Promise<Waiting> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly service: ServiceContext,
  ) {}

  onModuleInit(): void {
    const { metrics } = this.service;
    const rows = `Events that wait in the outbox, counted up to ${COUNTED_ROWS}`;
    metrics.gauge('wattmesh_outbox_rows', rows, { collect: async () => (await this.#ask()).rows });
    const age = 'Wall seconds for which the oldest event has waited in the outbox';
    metrics.gauge('wattmesh_outbox_oldest_age_seconds', age, { collect: async () => (await this.#ask()).oldestAgeS });
  }

  /** One query for both gauges, and one at a time. */
  #ask(): Promise<Waiting> {
    this.#asked ??= this.#read().finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  async #read(): Promise<Waiting> {
    const found: Waiting[] = await this.dataSource.query(
      `select (select count(*)::int from (select 1 from outbox limit ${COUNTED_ROWS}) as counted) as rows,
         coalesce((select extract(epoch from clock_timestamp() - created_at)::float8 from outbox order by id limit 1), 0)
           as "oldestAgeS"`,
    );
    return found[0] ?? { rows: 0, oldestAgeS: 0 };
  }
}
