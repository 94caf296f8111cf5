import { Controller, Get, Injectable, Module, type INestApplication } from '@nestjs/common';
import { defineEvent } from '@wattmesh/events';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemoryArchive } from '../bus/memory-archive.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { ScaledClock } from '../clock/clock.ts';
import { OnEvent } from '../consumer/on-event.ts';
import { DatabaseModule, freshDatabase, Outbox, Transactions, type FreshDatabase } from '../database.ts';
import { createService, startService, type RunningService } from '../service/create-service.ts';
import { RealEffects } from '../service/effects.ts';
import { PostgresProxy } from './testing/postgres-proxy.ts';

const SERVER_URL = process.env['WATTMESH_TEST_DATABASE'];
/** A service as impatient as a test. */
const PATIENCE = { connectMs: 500, statementMs: 400, answerMs: 600, startMs: 5000 };

const Parcel = z.object({ key: z.string(), n: z.int() });
type Parcel = z.infer<typeof Parcel>;
const ParcelSent = defineEvent({ topic: 'source.parcel-sent.v1', key: (parcel) => parcel.key, schema: Parcel });
const ParcelSorted = defineEvent({ topic: 'sorter.parcel-sorted.v1', key: (parcel) => parcel.key, schema: Parcel });

/** A migration may take longer than any statement of a handler. */
class SorterTables1790000000001 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('select pg_sleep(0.7)');
    await runner.query('create table sorted (n int not null)');
    await runner.query('create sequence migrated');
    await runner.query(`select nextval('migrated')`);
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** Sorts parcels; between its two statements happens what the test wants. */
@Injectable()
class Sorter {
  calls = 0;
  between: (tx: EntityManager) => Promise<void> = () => Promise.resolve();

  constructor(private readonly outbox: Outbox) {}

  @OnEvent(ParcelSent)
  async onSent(parcels: Parcel[], tx: EntityManager): Promise<void> {
    this.calls += 1;
    for (const { n } of parcels) await tx.query('insert into sorted (n) values ($1)', [n]);
    await this.between(tx);
    await this.outbox.publish(tx, ParcelSorted, parcels);
  }
}

@Controller('sorted')
class SortedController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  list(): Promise<unknown> {
    return this.dataSource.query('select n from sorted');
  }
}

@Module({
  imports: [
    DatabaseModule.forService({
      schema: 'sorter',
      entities: [],
      migrations: [SorterTables1790000000001],
      patience: PATIENCE,
    }),
  ],
  providers: [Sorter],
  controllers: [SortedController],
})
class SorterModule {}

describe('a service whose database', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  let proxy: PostgresProxy;
  let archive: MemoryArchive;
  let bus: MemoryBus;
  let clock: ScaledClock;
  let app: INestApplication;
  let service: RunningService;
  let n: number;

  beforeAll(async () => {
    database = await freshDatabase(SERVER_URL, 'platform_outage');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    n = 0;
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  beforeEach(async () => {
    proxy = await PostgresProxy.before(database.url);
    clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });
    archive = new MemoryArchive();
    bus = new MemoryBus({ clock, archive });
    app = await createService(SorterModule, runtime());
    service = await startService(app);
    await bus.start();
  });
  afterEach(async () => {
    proxy.resume();
    await service.stop();
    await bus.stop();
    clock.stop();
    await proxy.close();
  });

  const runtime = (url = proxy.url) => ({
    name: 'sorter',
    bus,
    clock,
    effects: new RealEffects(),
    env: {},
    databaseUrl: url,
  });
  /** Sends a parcel; resolves when it is sorted. */
  function send(): Promise<void> {
    n += 1;
    const headers = { ce_id: `parcel-${n}`, ce_sequence: String(n), ce_time: clock.nowIso() };
    return bus.publish([{ topic: ParcelSent.topic, key: 'a', value: JSON.stringify({ key: 'a', n }), headers }]);
  }
  async function numbers(sql: string): Promise<number[]> {
    return (await client.query<{ n: number }>(sql)).rows.map((row) => row.n);
  }
  /** Every parcel was sorted once, its event left once, nothing was given up or left behind. */
  async function expectExactlyOnce(): Promise<void> {
    expect(await numbers('select n from sorter.sorted where n > 0 order by n')).toEqual(
      Array.from({ length: n }, (_, index) => index + 1),
    );
    await expect.poll(() => numbers('select count(*)::int as n from sorter.outbox'), { timeout: 10_000 }).toEqual([0]);
    expect(archive.records.filter(({ topic }) => topic.endsWith('.dlq'))).toEqual([]);
    expect(archive.records.filter(({ topic }) => topic === ParcelSorted.topic)).toHaveLength(1);
    const broken = 'select coalesce(sum(gaps + disorders), 0)::int as n from sorter.sequence_seen';
    expect(await numbers(broken)).toEqual([0]);
  }
  async function ask(path: string): Promise<{ status: number; text: string; tookMs: number }> {
    const beganMs = performance.now();
    const answer = await fetch(`${service.url}${path}`);
    return { status: answer.status, text: await answer.text(), tookMs: performance.now() - beganMs };
  }

  it('stands still says so in time, holds nobody up for ever, and goes on when it is back', async () => {
    proxy.pause();
    const sent = send();
    const [live, ready, again, metrics, read] = await Promise.all(
      ['/health/live', '/health/ready', '/health/ready', '/metrics', '/sorted'].map(ask),
    );
    expect([live?.status, ready?.status, again?.status, metrics?.status, read?.status]).toEqual([
      200, 503, 503, 200, 503,
    ]);
    expect(JSON.parse(ready?.text ?? '')).toMatchObject({ checks: { bus: true, database: false } });
    expect(JSON.parse(read?.text ?? '')).toMatchObject({ code: 'PLATFORM_SERVER_AWAY' });
    for (const { tookMs } of [live, ready, again, metrics].flatMap((each) => each ?? []))
      expect(tookMs).toBeLessThan(2000);
    expect(metrics?.text).not.toMatch(/^wattmesh_outbox_rows\{/m);
    proxy.resume();
    await sent;
    await expectExactlyOnce();
    await expect.poll(async () => (await ask('/health/ready')).status, { timeout: 5000 }).toBe(200);
    expect((await ask('/metrics')).text).toMatch(/^wattmesh_outbox_rows\{service="sorter"\} 0$/m);
    expect((await ask('/metrics')).text).toMatch(/^wattmesh_outbox_oldest_age_seconds\{service="sorter"\} 0$/m);
  });

  it('stands still in the middle of a transaction commits no half of it with the next', async () => {
    const transactions = app.get(Transactions);
    const half = transactions.run(async (tx) => {
      await tx.query('insert into sorted (n) values (-1)');
      proxy.pause();
      await tx.query('insert into sorted (n) values (-2)');
    });
    await expect(half).rejects.toThrow('timeout');
    proxy.resume();
    for (let count = 0; count < 5; count++) {
      await transactions.run((tx) => tx.query('insert into sorted (n) values (-3)'));
    }
    expect(await numbers('select distinct n from sorter.sorted where n < 0')).toEqual([-3]);
  });

  it('stands still answers many at once in time, each with an outage, and all of them later', async () => {
    const transactions = app.get(Transactions);
    const work = () => transactions.run((tx) => tx.query('select 1'));
    proxy.pause();
    const beganMs = performance.now();
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, work));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(performance.now() - beganMs).toBeLessThan(2 * (PATIENCE.connectMs + PATIENCE.answerMs));
    proxy.resume();
    await Promise.all(Array.from({ length: 12 }, work));
  });

  it('commits and cannot say so has the batch come again, and finds it done', async () => {
    proxy.loseAnswerTo('COMMIT');
    await send();
    expect(app.get(Sorter).calls).toBe(1);
    await expectExactlyOnce();
  });

  it('commits and cannot say so has the events of that transaction leave all the same', async () => {
    const parcel = { key: 'b', n: 0 };
    proxy.loseAnswerTo('COMMIT');
    const sorted = app.get(Transactions).run((tx) => app.get(Outbox).publish(tx, ParcelSorted, parcel));
    await expect(sorted).rejects.toThrow('Connection terminated');
    await expect.poll(() => archive.records.map(({ topic }) => topic), { interval: 5 }).toEqual([ParcelSorted.topic]);
  });

  it('shuts down between two statements of a handler has the batch come again', async () => {
    const sorter = app.get(Sorter);
    sorter.between = async (tx) => {
      sorter.between = () => Promise.resolve();
      const [row]: { pid: number }[] = await tx.query('select pg_backend_pid() as pid');
      await client.query('select pg_terminate_backend($1, 1000)', [row?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await send();
    expect(sorter.calls).toBe(2);
    await expectExactlyOnce();
  });

  it('breaks a connection in the middle of a transaction is an outage, whatever its work made of that', async () => {
    const work = async (tx: EntityManager) => {
      await tx.query('select 1');
      proxy.cut();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await tx.query('select 2').catch(() => undefined);
      throw new TypeError('undefined is not a row');
    };
    await expect(app.get(Transactions).run(work)).rejects.toMatchObject({
      code: 'PLATFORM_CONNECTION_LOST',
      cause: { message: 'undefined is not a row' },
    });
  });

  it('breaks every connection has the batch come again', async () => {
    const sorter = app.get(Sorter);
    sorter.between = () => {
      sorter.between = () => Promise.resolve();
      proxy.cut();
      return Promise.resolve();
    };
    await send();
    expect(sorter.calls).toBe(2);
    await expectExactlyOnce();
  });

  it('gives up a statement that waits too long for a lock has the batch come again', async () => {
    await client.query('begin');
    await client.query('lock table sorter.sorted');
    const sent = send();
    await expect.poll(() => app.get(Sorter).calls, { timeout: 5000 }).toBeGreaterThan(1);
    await client.query('commit');
    await sent;
    await expectExactlyOnce();
  });

  it('recovers when the service starts is waited for', async () => {
    proxy.refuse(4);
    const before = proxy.connections;
    const starting = await createService(SorterModule, runtime());
    expect(proxy.connections - before).toBeGreaterThan(4);
    await starting.close();
  });

  it('stays away when the service starts is named in the end', async () => {
    const nowhere = await PostgresProxy.before(database.url);
    const { url } = nowhere;
    await nowhere.close();
    const impatient = DatabaseModule.forService({
      schema: 'sorter',
      entities: [],
      migrations: [],
      patience: { startMs: 300 },
    });
    @Module({ imports: [impatient] })
    class ImpatientModule {}
    await expect(createService(ImpatientModule, runtime(url))).rejects.toMatchObject({
      code: 'PLATFORM_DATABASE_AWAY',
    });
  });

  it('is empty is migrated once by all that start at once', async () => {
    const empty = await freshDatabase(SERVER_URL, 'platform_migrations');
    const instances = await Promise.all([1, 2, 3].map(() => createService(SorterModule, runtime(empty.url))));
    const own = new pg.Client({ connectionString: empty.url });
    await own.connect();
    try {
      expect((await own.query('select last_value::int as n from sorter.migrated')).rows).toEqual([{ n: 1 }]);
    } finally {
      await own.end();
      for (const instance of instances) await instance.close();
      await empty.drop();
    }
  });
});
