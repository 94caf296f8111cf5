import { Injectable, Module, type INestApplication } from '@nestjs/common';
import { defineEvent } from '@wattmesh/events';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { OutgoingRecord } from '../bus/bus.ts';
import { MemoryArchive } from '../bus/memory-archive.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { ScaledClock } from '../clock/clock.ts';
import { ConsumerStore, type ConsumedEvent } from '../consumer/consumer-store.ts';
import { OnEvent } from '../consumer/on-event.ts';
import { DatabaseModule, freshDatabase, type FreshDatabase } from '../database.ts';
import { createService, startService, type RunningService } from '../service/create-service.ts';
import { DomainError } from '../service/domain-error.ts';
import { RealEffects } from '../service/effects.ts';
import { Metrics } from '../service/metrics.ts';

const SERVER_URL = process.env['WATTMESH_TEST_DATABASE'];

const Parcel = z.object({ key: z.string(), n: z.int(), mood: z.enum(['fine', 'rude', 'forged', 'clumsy']).optional() });
type Parcel = z.infer<typeof Parcel>;
const ParcelSent = defineEvent({ topic: 'source.parcel-sent.v1', key: (parcel) => parcel.key, schema: Parcel });
const ShelfNamed = defineEvent({
  topic: 'source.shelf-named.v1',
  key: (shelf) => shelf.key,
  schema: Parcel,
  compacted: true,
});

class RudeParcelError extends DomainError {
  readonly code = 'SORTER_PARCEL_RUDE';
}

class SorterTables1790000000001 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query(
      'create table sorted (place int generated always as identity, key text not null, n int not null)',
    );
    await runner.query('create table shelf (key text primary key, n int not null)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

@Injectable()
class Sorter {
  @OnEvent(ParcelSent)
  async onSent(parcels: Parcel[], tx: EntityManager): Promise<void> {
    for (const { key, n, mood } of parcels) {
      await tx.query('insert into sorted (key, n) values ($1, $2)', [key, n]);
      if (mood === 'rude') throw new RudeParcelError('no');
      if (mood === 'forged') throw new RudeParcelError('not its own', { isOneEventOnly: true });
      if (mood === 'clumsy') throw new TypeError('undefined is not a parcel');
    }
  }

  @OnEvent(ShelfNamed)
  async onNamed(shelves: Parcel[], tx: EntityManager): Promise<void> {
    for (const { key, n } of shelves) {
      await tx.query('insert into shelf values ($1, $2) on conflict (key) do update set n = excluded.n', [key, n]);
    }
  }
}

@Module({
  imports: [DatabaseModule.forService({ schema: 'sorter', entities: [], migrations: [SorterTables1790000000001] })],
  providers: [Sorter],
})
class SorterModule {}

describe('the numbers of events', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  let archive: MemoryArchive;
  let bus: MemoryBus;
  let clock: ScaledClock;
  let metrics: Metrics;
  let app: INestApplication;
  let service: RunningService;

  beforeAll(async () => {
    database = await freshDatabase(SERVER_URL, 'platform_sequences');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  beforeEach(async () => {
    await client.query('drop schema if exists sorter cascade');
    clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });
    archive = new MemoryArchive();
    bus = new MemoryBus({ clock, archive });
    metrics = new Metrics('sorter');
    const effects = new RealEffects();
    const runtime = { name: 'sorter', bus, clock, effects, metrics, env: {}, databaseUrl: database.url };
    app = await createService(SorterModule, runtime);
    service = await startService(app);
    await bus.start();
  });
  afterEach(async () => {
    await service.stop();
    await bus.stop();
    clock.stop();
  });

  /** The n-th event of its key. */
  function aRecord(n: number, over: Partial<Parcel> & { id?: string } = {}, event = ParcelSent): OutgoingRecord {
    const { id = `${event.topic} ${over.key ?? 'a'} ${n}`, key = 'a', ...more } = over;
    const headers = { ce_id: id, ce_sequence: String(n), ce_time: clock.nowIso() };
    return { topic: event.topic, key, value: JSON.stringify({ key, n, ...more }), headers };
  }
  const aShelf = (n: number, key = 'a'): OutgoingRecord => aRecord(n, { key }, ShelfNamed);
  /** Publishes the records as one batch and waits until the service is done with them. */
  const take = (...records: OutgoingRecord[]): Promise<void> => bus.publish(records);
  async function seen(topic = ParcelSent.topic): Promise<unknown[]> {
    const { rows } = await client.query(
      `select key, last::int, gaps::int, disorders::int, last_gap as "lastGap" from sorter.sequence_seen
       where consumer = 'sorter' and topic = $1 order by key`,
      [topic],
    );
    return rows;
  }
  async function sorted(): Promise<number[]> {
    const { rows } = await client.query<{ n: number }>('select n from sorter.sorted order by place');
    return rows.map(({ n }) => n);
  }
  const whole = (last: number, key = 'a') => ({ key, last, gaps: 0, disorders: 0, lastGap: null });
  async function counted(name: string): Promise<number> {
    const found = await metrics.registry.getSingleMetric(name)?.get();
    return found?.values.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
  }

  it('are whole where each follows the one before, whatever comes twice', async () => {
    await take(aRecord(41), aRecord(41), aRecord(42), aRecord(1, { key: 'b' }));
    await take(aRecord(41), aRecord(42), aRecord(43), aRecord(42));
    expect((await sorted()).sort((a, b) => a - b)).toEqual([1, 41, 42, 43]);
    expect(await seen()).toEqual([whole(43), whole(1, 'b')]);
    expect(await counted('wattmesh_events_consumed_total')).toBe(4);
  });

  it('that leave a gap are counted and kept, and their event is applied: money does not wait for what was lost', async () => {
    await take(aRecord(1), aRecord(5));
    await take(aRecord(6), aRecord(9));
    expect(await sorted()).toEqual([1, 5, 6, 9]);
    expect(await seen()).toEqual([{ key: 'a', last: 9, gaps: 2, disorders: 0, lastGap: '7-8' }]);
    expect(await counted('wattmesh_sequence_gaps_total')).toBe(2);
    expect(await counted('wattmesh_sequence_disorders_total')).toBe(0);
  });

  it('that go back are counted, and their event is applied', async () => {
    await take(aRecord(1), aRecord(3));
    await take(aRecord(2), aRecord(4), aRecord(4, { id: 'of another producer' }));
    expect(await sorted()).toEqual([1, 3, 2, 4, 4]);
    expect(await seen()).toEqual([{ key: 'a', last: 4, gaps: 1, disorders: 2, lastGap: '2-2' }]);
    expect(await counted('wattmesh_sequence_disorders_total')).toBe(2);
  });

  it('let nothing older replace what is newer in a table, where gaps are the rule', async () => {
    await take(aShelf(10));
    await take(aShelf(7), aShelf(8), aShelf(15), aShelf(12), aShelf(1, 'b'));
    await take(aShelf(7), aShelf(8));
    const { rows } = await client.query('select key, n from sorter.shelf order by key');
    expect(rows).toEqual([
      { key: 'a', n: 15 },
      { key: 'b', n: 1 },
    ]);
    expect(await seen(ShelfNamed.topic)).toEqual([whole(15), whole(1, 'b')]);
    expect(await counted('wattmesh_stale_events_total')).toBe(3);
    expect(await counted('wattmesh_sequence_gaps_total')).toBe(0);
  });

  it('count a dead letter as taken: parked keys, their later events, and a bug of the handler', async () => {
    await take(aRecord(1), aRecord(2, { mood: 'rude' }), aRecord(3), aRecord(1, { key: 'b', mood: 'clumsy' }));
    await take(aRecord(4), aRecord(2, { key: 'b' }));
    const parked = 'PLATFORM_KEY_PARKED';
    const codes = () => archive.records.flatMap(({ headers }) => headers['dlq_code'] ?? []).sort();
    await expect
      .poll(codes, { interval: 5 })
      .toEqual(['PLATFORM_HANDLER_FAILED', parked, parked, parked, 'SORTER_PARCEL_RUDE']);
    for (const key of ['a', 'b']) await app.get(ConsumerStore).release('sorter', ParcelSent.topic, key);
    await take(aRecord(5), aRecord(3, { key: 'b' }));
    expect((await sorted()).sort((a, b) => a - b)).toEqual([1, 3, 5]);
    expect(await seen()).toEqual([whole(5), whole(3, 'b')]);
  });

  it('see what is missing in front of a dead letter', async () => {
    await take(aRecord(1), aRecord(4, { mood: 'rude' }), aRecord(5));
    expect(await seen()).toEqual([{ key: 'a', last: 5, gaps: 1, disorders: 0, lastGap: '2-3' }]);
  });

  it('go on behind a forgery that was refused alone, and believe it nothing', async () => {
    await take(aRecord(1), aRecord(2, { mood: 'forged' }), aRecord(3));
    await take(aRecord(900, { mood: 'forged' }), aRecord(4));
    expect(await sorted()).toEqual([1, 3, 4]);
    expect(await seen()).toEqual([whole(4)]);
  });

  it('go on behind what nobody can read, where its number can be read', async () => {
    await take(aRecord(1), { ...aRecord(2), value: '{' }, aRecord(3));
    await app.get(ConsumerStore).release('sorter', ParcelSent.topic, 'a');
    await take(aRecord(4));
    expect(await sorted()).toEqual([1, 4]);
    expect(await seen()).toEqual([whole(4)]);
  });

  it('are not asked of a record that has none', async () => {
    const { ce_sequence: _, ...headers } = aRecord(1).headers;
    await take({ ...aRecord(1), headers }, aRecord(7), { ...aRecord(1), headers: { ...headers, ce_id: 'other' } });
    expect(await sorted()).toEqual([1, 7, 1]);
    expect(await seen()).toEqual([whole(7)]);
  });

  it('are right where two instances take the same key at once, as while partitions are shared out anew', async () => {
    const store = app.get(ConsumerStore);
    const eventsOf = (...records: OutgoingRecord[]): ConsumedEvent[] =>
      records.map((record) => ({
        id: record.headers['ce_id'] ?? '',
        sequence: Number(record.headers['ce_sequence']),
        record: { ...record, partition: 0, offset: 0 },
        payload: {},
        isCompacted: false,
      }));
    await store.apply('sorter', eventsOf(aRecord(1)), () => Promise.resolve());
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const first = store.apply('sorter', eventsOf(aRecord(2), aRecord(3)), () => {
      begin();
      return finished;
    });
    await begun;
    const second = store.apply('sorter', eventsOf(aRecord(4)), () => Promise.resolve());
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await client.query(waiting)).rowCount, { interval: 5 }).toBe(1);
    finish();
    const outcomes = await Promise.all([first, second]);
    expect(outcomes.map(({ applied, breaks }) => [applied.map(({ sequence }) => sequence), breaks])).toEqual([
      [[2, 3], []],
      [[4], []],
    ]);
    const again = await store.apply('sorter', eventsOf(aRecord(2), aRecord(5)), () => Promise.resolve());
    expect([again.applied.length, again.breaks]).toEqual([1, []]);
    expect(await seen()).toEqual([whole(5)]);
  });
});

describe('poison', () => {
  it('of every kind goes to the dead letters with its reason, and everything else goes on', async () => {
    const database = await freshDatabase(SERVER_URL, 'platform_poison');
    const clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });
    const archive = new MemoryArchive();
    const bus = new MemoryBus({ clock, archive });
    // The broker of a topic takes what this bus refuses.
    const handed: ((batch: readonly OutgoingRecord[]) => Promise<void>)[] = [];
    const subscribe = bus.subscribe.bind(bus);
    bus.subscribe = (group, topics, handle) => {
      handed.push((batch) => handle(batch.map((record, offset) => ({ ...record, partition: 0, offset }))));
      return subscribe(group, topics, handle);
    };
    const runtime = { name: 'sorter', bus, clock, effects: new RealEffects(), env: {}, databaseUrl: database.url };
    const service = await startService(await createService(SorterModule, runtime));
    await bus.start();
    const record = (key: string, over: Record<string, unknown> = {}): OutgoingRecord => ({
      topic: ParcelSent.topic,
      key,
      value: JSON.stringify({ key, n: 1 }),
      headers: { ce_id: `id-${key}`, ce_sequence: '1' },
      ...over,
    });
    const batch = [
      record('good-1'),
      record('json', { value: '{' }),
      record('nul', { value: '{"key":"\0"}' }),
      record('schema', { value: '{"key":"schema","n":1e300}' }),
      record('key', { value: '{"key":"other","n":1}' }),
      record('no-id', { headers: {} }),
      record('long-id', { headers: { ce_id: 'i'.repeat(100_000) } }),
      record('k'.repeat(100_000)),
      record('bytes', { headers: { ce_id: 'id-bytes', ['x'.repeat(5000)]: '\0'.repeat(500_000) }, value: '[' }),
      record('huge', { value: 'x'.repeat(2_000_000) }),
      record('huge-and-binary', { value: '\0'.repeat(2_000_000) }),
      record('tombstone', { value: null }),
      record('no-key', { key: null }),
      record('clumsy', { value: '{"key":"clumsy","n":1,"mood":"clumsy"}' }),
      record('good-2'),
    ];
    await handed[0]?.(batch);
    await handed[0]?.(batch);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query('select key from sorter.sorted order by key');
      expect(rows).toEqual([{ key: 'good-1' }, { key: 'good-2' }]);
      const left = async () => (await client.query('select 1 from sorter.outbox')).rowCount;
      await expect.poll(left, { interval: 5, timeout: 5000 }).toBe(0);
      const letters = archive.records.filter(({ topic }) => topic.endsWith('.dlq'));
      expect(letters).toHaveLength(batch.length - 2);
      expect(letters.every(({ headers }) => headers['dlq_reason'] !== '')).toBe(true);
    } finally {
      await client.end();
      await service.stop();
      await bus.stop();
      clock.stop();
      await database.drop();
    }
  });
});
