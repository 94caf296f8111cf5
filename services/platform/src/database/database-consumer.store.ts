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
import { ledgerEntryOf } from '../consumer/ledger-entry.ts';
import { SequenceLedger, type SequenceBreak } from '../consumer/sequence-ledger.ts';
import { keepTallies, lockLasts, type SequencePlace } from './sequence-seen.store.ts';
import { Outbox } from './outbox.ts';
import { SERIALIZATION_FAILURE, Transactions } from './transactions.ts';

/** Twice as long as a broker keeps events. What is compacted comes again at every start and stays known. */
const INBOX_KEPT = '14 days';
const PRUNED_AT_ONCE = 20_000;

/** Inbox, numbers and parked keys in the service's schema: an event and the memory of it commit together. */
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
      const { fresh, parked, lasts } = await this.#receive(tx, consumer, events);
      await this.#assertParked(tx, consumer, { events, fresh, parked });
      const parkedKeys = new Set(parked);
      const freshIds = new Set(fresh);
      const ledger = new SequenceLedger(lasts);
      const applied: ConsumedEvent[] = [];
      const stale: ConsumedEvent[] = [];
      for (const event of events) {
        if (parkedKeys.has(event.record.key)) continue;
        // A duplicate inside the batch counts once: the id is taken from the set as it is met.
        const isKnown = !freshIds.delete(event.id);
        const verdict = ledger.take(ledgerEntryOf(event, isKnown));
        if (!isKnown) (verdict === 'stale' ? stale : applied).push(event);
      }
      const { breaks } = ledger;
      if (breaks.length > 0) await keepTallies(tx, placeOf(consumer, events), ledger.brokenTallies);
      if (applied.length > 0) await work(applied, tx);
      return { applied, parked: events.filter((event) => parkedKeys.has(event.record.key)), stale, breaks };
    });
  }

  deadLetter(consumer: string, letters: readonly DeadLetter[]): Promise<readonly SequenceBreak[]> {
    return this.transactions.run(async (tx) => {
      const place = placeOf(consumer, letters);
      const ledger = new SequenceLedger(
        await lockLasts(
          tx,
          place,
          letters.map((letter) => letter.record.key),
        ),
      );
      const freshIds = await this.#bury(tx, consumer, letters);
      const fresh = letters.filter((letter) => {
        const isKnown = !freshIds.delete(letter.id);
        ledger.take(ledgerEntryOf(letter, isKnown));
        return !isKnown;
      });
      await keepTallies(tx, place, ledger.tallies);
      if (fresh.length === 0) return ledger.breaks;
      await this.#park(
        tx,
        consumer,
        fresh.filter((letter) => letter.parksKey),
      );
      await this.outbox.send(
        tx,
        fresh.map((letter) => deadLetterRecord(consumer, letter)),
      );
      return ledger.breaks;
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

  /** Bit by bit: after a long time there may be more than one statement may take. */
  override async prune(): Promise<void> {
    let gone: number;
    do {
      const [, count]: [unknown, number] = await this.dataSource.query(
        `delete from inbox where ctid = any(array(
           select ctid from inbox where not is_compacted and received_at < now() - $1::interval limit ${PRUNED_AT_ONCE}))`,
        [INBOX_KEPT],
      );
      gone = count;
    } while (gone === PRUNED_AT_ONCE);
  }

  /**
   * Moves the keys' numbers on and takes the events into the inbox, those of parked keys apart, and says which are new and what
   * the numbers were: one round trip. The numbers come first: their row locks let one batch of a key at a time pass.
   */
  async #receive(tx: EntityManager, consumer: string, events: readonly ConsumedEvent[]): Promise<Received> {
    const rows: (Omit<Received, 'lasts'> & { lasts: Record<string, number | null> | null })[] = await tx.query(
      `with incoming as (
         select * from unnest($3::text[], $4::text[], $5::boolean[], $6::bigint[]) as t (id, key, is_compacted, sequence)
       ),
       parked as (select key from parked_key where consumer = $1 and topic = $2 and key = any($4::text[])),
       moved as (
         insert into sequence_seen as s (consumer, topic, key, last)
         select $1, $2, key, max(sequence) from incoming
         where sequence is not null and key not in (select key from parked) group by key order by key
         on conflict (consumer, topic, key) do update set previous = s.last, last = greatest(s.last, excluded.last)
         returning key, previous
       ),
       lasts as (select jsonb_object_agg(key, previous) as lasts from moved),
       fresh as (
         insert into inbox (consumer, event_id, is_compacted)
         select $1, id, is_compacted from lasts, incoming where key not in (select key from parked)
         on conflict do nothing returning event_id
       )
       select array(select event_id from fresh) as fresh, array(select key from parked) as parked, lasts from lasts`,
      [
        consumer,
        events[0]?.record.topic ?? '',
        events.map((event) => event.id),
        events.map((event) => event.record.key),
        events.map((event) => event.isCompacted),
        events.map((event) => event.sequence ?? null),
      ],
    );
    const { fresh, parked, lasts } = rows[0] ?? { fresh: [], parked: [], lasts: null };
    const known = Object.entries(lasts ?? {}).filter((entry): entry is [string, number] => entry[1] !== null);
    return { fresh, parked, lasts: new Map(known) };
  }

  /**
   * Where another instance took an event of the batch and parked its key while this one waited for the key's lock, the batch
   * was looked at as of before: it is to be done again. Whoever parked a key has taken an event that this one brings too.
   */
  async #assertParked(
    tx: EntityManager,
    consumer: string,
    { events, fresh, parked }: { events: readonly ConsumedEvent[] } & Pick<Received, 'fresh' | 'parked'>,
  ): Promise<void> {
    const known = new Set(parked);
    const going = events.filter(({ record }) => !known.has(record.key));
    if (fresh.length === going.length) return;
    const rows: unknown[] = await tx.query(
      'select key from parked_key where consumer = $1 and topic = $2 and key = any($3::text[]) limit 1',
      [consumer, placeOf(consumer, events).topic, going.map(({ record }) => record.key)],
    );
    if (rows.length > 0) throw Object.assign(new Error('a key was parked meanwhile'), { code: SERIALIZATION_FAILURE });
  }

  /** Takes the letters into the inbox and says which are new. */
  async #bury(tx: EntityManager, consumer: string, letters: readonly DeadLetter[]): Promise<Set<string>> {
    const ids: { event_id: string }[] = await tx.query(
      `insert into inbox (consumer, event_id, is_compacted)
       select $1, id, is_compacted from unnest($2::text[], $3::boolean[]) as t (id, is_compacted)
       on conflict do nothing returning event_id`,
      [consumer, letters.map((letter) => letter.id), letters.map((letter) => letter.isCompacted)],
    );
    return new Set(ids.map((row) => row.event_id));
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

interface Received {
  fresh: string[];
  parked: string[];
  /** Last number of each key before this batch; a key that is new is missing. */
  lasts: Map<string, number>;
}

function placeOf(consumer: string, items: readonly { record: { topic: string } }[]): SequencePlace {
  return { consumer, topic: items[0]?.record.topic ?? '' };
}
