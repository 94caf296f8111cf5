import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  ConsumerStore,
  type ApplyOutcome,
  type ApplyWork,
  type ConsumedEvent,
  type DeadLetter,
} from '../consumer/consumer-store.ts';
import { deadLetterRecord } from '../consumer/dead-letter-record.ts';
import { Outbox } from './outbox.ts';
import { Transactions } from './transactions.ts';

/** Twice as long as a broker keeps events. What is compacted comes again at every start and stays known. */
const INBOX_KEPT = '14 days';

/** Inbox and parked keys in the service's schema: an event and the memory of it commit together. */
@Injectable()
export class DatabaseConsumerStore extends ConsumerStore {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly dataSource: DataSource,
  ) {
    super();
  }

  apply(consumer: string, events: readonly ConsumedEvent[], work: ApplyWork): Promise<ApplyOutcome> {
    return this.transactions.run(async (tx) => {
      const { fresh, parked } = await this.#receive(tx, consumer, events);
      const parkedKeys = new Set(parked);
      const freshIds = new Set(fresh);
      // A duplicate inside the batch counts once: the id is taken from the set as it is met.
      const applied = events.filter((event) => freshIds.delete(event.id));
      if (applied.length > 0) await work(applied, tx);
      return { applied, parked: events.filter((event) => parkedKeys.has(event.record.key)) };
    });
  }

  async deadLetter(consumer: string, letters: readonly DeadLetter[]): Promise<void> {
    await this.transactions.run(async (tx) => {
      const ids: { event_id: string }[] = await tx.query(
        `insert into inbox (consumer, event_id, is_compacted)
         select $1, id, is_compacted from unnest($2::text[], $3::boolean[]) as t (id, is_compacted)
         on conflict do nothing returning event_id`,
        [consumer, letters.map((letter) => letter.id), letters.map((letter) => letter.isCompacted)],
      );
      const freshIds = new Set(ids.map((row) => row.event_id));
      const fresh = letters.filter((letter) => freshIds.delete(letter.id));
      if (fresh.length === 0) return;
      await this.#park(
        tx,
        consumer,
        fresh.filter((letter) => letter.parksKey),
      );
      await this.outbox.send(
        tx,
        fresh.map((letter) => deadLetterRecord(consumer, letter)),
      );
    });
  }

  release(consumer: string, topic: string, key: string): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const rows: unknown[] = await tx.query(
        `with gone as (delete from parked_key where consumer = $1 and topic = $2 and key = $3 returning key)
         select key from gone`,
        [consumer, topic, key],
      );
      return rows.length > 0;
    });
  }

  override async prune(): Promise<void> {
    const old = 'delete from inbox where not is_compacted and received_at < now() - $1::interval';
    await this.dataSource.query(old, [INBOX_KEPT]);
  }

  /** Takes the events into the inbox, those of parked keys apart, and says which are new: one round trip. */
  async #receive(
    tx: EntityManager,
    consumer: string,
    events: readonly ConsumedEvent[],
  ): Promise<{ fresh: string[]; parked: string[] }> {
    const rows: { fresh: string[]; parked: string[] }[] = await tx.query(
      `with incoming as (select * from unnest($3::text[], $4::text[], $5::boolean[]) as t (id, key, is_compacted)),
       parked as (select key from parked_key where consumer = $1 and topic = $2 and key = any($4::text[])),
       fresh as (
         insert into inbox (consumer, event_id, is_compacted)
         select $1, id, is_compacted from incoming where key not in (select key from parked)
         on conflict do nothing returning event_id
       )
       select array(select event_id from fresh) as fresh, array(select key from parked) as parked`,
      [
        consumer,
        events[0]?.record.topic ?? '',
        events.map((event) => event.id),
        events.map((event) => event.record.key),
        events.map((event) => event.isCompacted),
      ],
    );
    return rows[0] ?? { fresh: [], parked: [] };
  }

  async #park(tx: EntityManager, consumer: string, letters: readonly DeadLetter[]): Promise<void> {
    await tx.query(
      `insert into parked_key (consumer, topic, key, reason)
       select $1, t.topic, t.key, t.reason from unnest($2::text[], $3::text[], $4::text[]) as t (topic, key, reason)
       on conflict do nothing`,
      [
        consumer,
        letters.map((letter) => letter.record.topic),
        letters.map((letter) => letter.record.key),
        letters.map((letter) => letter.reason),
      ],
    );
  }
}
