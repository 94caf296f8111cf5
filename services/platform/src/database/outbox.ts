import { Inject, Injectable } from '@nestjs/common';
import type { EventDefinition, PayloadOf } from '@wattmesh/events';
import type { EntityManager } from 'typeorm';
import type { OutgoingRecord } from '../bus/bus.ts';
import { toRecord } from '../bus/cloud-event.ts';
import { assertSizes } from '../bus/record-size.ts';
import { ForeignEventError } from './database.errors.ts';
import { DATABASE_OPTIONS } from './database-options.ts';
import type { DatabaseOptions } from './data-source.ts';
import { eventIdOf } from '../bus/event-id.ts';
import { ServiceContext } from '../service/runtime.ts';
import { Transactions } from './transactions.ts';

/** Publishes events in the caller's transaction: they leave if and only if it commits. */
@Injectable()
export class Outbox {
  constructor(
    private readonly service: ServiceContext,
    private readonly transactions: Transactions,
    @Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions,
  ) {}

  async publish<E extends EventDefinition>(
    tx: EntityManager,
    event: E,
    payloads: PayloadOf<E> | PayloadOf<E>[],
  ): Promise<void> {
    if (event.owner !== this.options.schema) throw new ForeignEventError(event.topic, this.options.schema);
    const list = Array.isArray(payloads) ? payloads : [payloads];
    if (list.length === 0) return;
    const next = await this.#reserveSequences(
      tx,
      event.topic,
      list.map((payload) => event.key(payload)),
    );
    const simMs = this.service.clock.now();
    const time = this.service.clock.nowIso();
    const source = this.service.name;
    const records = list.map((payload) => {
      const key = event.key(payload);
      const sequence = next(key);
      const id = eventIdOf({ source: this.options.schema, topic: event.topic, key, sequence, simMs });
      return toRecord(event, payload, { id, source, time, sequence });
    });
    await this.send(tx, records);
  }

  /** Puts finished records in the outbox: dead letters keep their original headers. */
  async send(tx: EntityManager, records: readonly OutgoingRecord[]): Promise<void> {
    this.transactions.noteEvents(tx);
    assertSizes(records);
    await tx.query(
      `insert into outbox (event_id, topic, key, sequence, headers, payload)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[])`,
      [
        records.map((record) => record.headers['ce_id'] ?? ''),
        records.map((record) => record.topic),
        records.map((record) => record.key),
        records.map((record) => record.headers['ce_sequence'] ?? '0'),
        records.map((record) => JSON.stringify(record.headers)),
        records.map((record) => record.value),
      ],
    );
  }

  /** Takes numbers under a lock on each key's row, which also makes the rows of a key leave in the order of commits. */
  async #reserveSequences(tx: EntityManager, topic: string, keys: string[]): Promise<(key: string) => number> {
    const counts = new Map<string, number>();
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    // In order of keys, so that two transactions never wait for each other.
    const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows: { key: string; last: string }[] = await tx.query(
      `insert into outbox_sequence as s (topic, key, last)
       select $1, key, taken from unnest($2::text[], $3::bigint[]) as t (key, taken)
       on conflict (topic, key) do update set last = s.last + excluded.last
       returning key, last`,
      [topic, sorted.map(([key]) => key), sorted.map(([, count]) => count)],
    );
    const next = new Map(rows.map(({ key, last }) => [key, Number(last) - (counts.get(key) ?? 0)]));
    return (key) => {
      const sequence = (next.get(key) ?? 0) + 1;
      next.set(key, sequence);
      return sequence;
    };
  }
}
