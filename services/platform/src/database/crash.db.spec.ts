import { Injectable, Module, type INestApplication, type Type } from '@nestjs/common';
import { defineEvent } from '@wattmesh/events';
import pg from 'pg';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { BusFaults } from '../bus/bus.ts';
import { StepClock } from '../clock/clock.ts';
import { createService, startService, type RunningService } from '../service/create-service.ts';
import { DatabaseModule, EventLog, freshDatabase, Outbox, Transactions, type FreshDatabase } from '../database.ts';
import { CrashError, Effects } from '../service/effects.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { OnEvent } from '../consumer/on-event.ts';
import { seededRandom } from '../seeded-random.ts';

const SERVER_URL = process.env['WATTMESH_TEST_DATABASE'];
const START_MS = Date.UTC(2026, 6, 1);
const KEYS = 3;
/** Transactions of the workload, and parcels in each. */
const WORKLOAD = [3, 2];

const Parcel = z.object({ n: z.int(), key: z.string() });
type Parcel = z.infer<typeof Parcel>;
const ParcelSent = defineEvent({ topic: 'source.parcel-sent.v1', key: (parcel) => parcel.key, schema: Parcel });
const ParcelSorted = defineEvent({ topic: 'sorter.parcel-sorted.v1', key: (parcel) => parcel.key, schema: Parcel });

/** No table has a unique key: an effect that comes twice is there twice. */
class SourceTables1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table sent (n int not null, key text not null)');
    await runner.query(
      'create table confirmed (place bigint generated always as identity, n int not null, key text not null)',
    );
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

class SorterTables1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create table sorted (place bigint generated always as identity, n int not null, key text not null)',
    );
    await runner.query('create table balance (parcels int not null)');
    await runner.query('insert into balance values (0)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** Sends parcels and notes which come back sorted. */
@Injectable()
class Source {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  send(count: number): Promise<void> {
    return this.transactions.run(async (tx) => {
      const rows: { sent: number }[] = await tx.query('select count(*)::int as sent from sent');
      const first = rows[0]?.sent ?? 0;
      const parcels = Array.from({ length: count }, (_, index) => ({
        n: first + index,
        key: `key-${(first + index) % KEYS}`,
      }));
      for (const { n, key } of parcels) await tx.query('insert into sent (n, key) values ($1, $2)', [n, key]);
      await this.outbox.publish(tx, ParcelSent, parcels);
    });
  }

  @OnEvent(ParcelSorted)
  async onSorted(parcels: Parcel[], tx: EntityManager): Promise<void> {
    for (const { n, key } of parcels) await tx.query('insert into confirmed (n, key) values ($1, $2)', [n, key]);
  }
}

/** Sorts parcels: a row, a balance and an event for each. */
@Injectable()
class Sorter {
  constructor(private readonly outbox: Outbox) {}

  @OnEvent(ParcelSent)
  async onSent(parcels: Parcel[], tx: EntityManager): Promise<void> {
    for (const { n, key } of parcels) await tx.query('insert into sorted (n, key) values ($1, $2)', [n, key]);
    await tx.query('update balance set parcels = parcels + $1', [parcels.length]);
    await this.outbox.publish(tx, ParcelSorted, parcels);
  }
}

@Module({
  imports: [DatabaseModule.forService({ schema: 'source', entities: [], migrations: [SourceTables1790000000001] })],
  providers: [Source],
})
class SourceModule {}

@Module({
  imports: [DatabaseModule.forService({ schema: 'sorter', entities: [], migrations: [SorterTables1790000000001] })],
  providers: [Sorter],
})
class SorterModule {}

/** Dies before or after the n-th effect from the moment it was armed. */
class ArmedEffects extends Effects {
  readonly names: string[] = [];
  #crashAt = Number.POSITIVE_INFINITY;
  #isBefore = true;

  arm(crash: { at: number; isBefore: boolean }): void {
    this.names.length = 0;
    this.#crashAt = crash.at;
    this.#isBefore = crash.isBefore;
  }

  async run<T>(name: string, effect: () => Promise<T>): Promise<T> {
    this.names.push(name);
    const crashes = this.names.length === this.#crashAt;
    if (crashes && this.#isBefore) throw new CrashError(`before ${name}`);
    const outcome = await effect();
    if (crashes) throw new CrashError(`after ${name}`);
    return outcome;
  }
}

/** Everything volatile, from a start to a kill. */
class Life {
  readonly effects = new ArmedEffects();
  readonly #services: RunningService[] = [];
  isCrashed = false;
  #source: INestApplication | undefined;

  private constructor(
    private readonly url: string,
    private readonly volatile: { log: EventLog; bus: MemoryBus; clock: StepClock },
  ) {}

  static async begin(
    url: string,
    options: { faults?: BusFaults; crashAt?: number; isLive?: boolean } = {},
  ): Promise<Life> {
    const log = await EventLog.open(url);
    const clock = new StepClock({ simMs: START_MS, speed: 60 });
    const faults = options.faults === undefined ? {} : { faults: options.faults };
    const life = new Life(url, {
      log,
      clock,
      bus: new MemoryBus({ clock, archive: log, serial: options.isLive !== true, ...faults }),
    });
    life.effects.arm({ at: options.crashAt ?? Number.POSITIVE_INFINITY, isBefore: true });
    life.#source = await life.#start(SourceModule, 'source');
    await life.#start(SorterModule, 'sorter');
    await life.volatile.bus.start();
    return life;
  }

  /** Does the work and waits until all is quiet; a crash may end it anywhere. */
  async work(transactions: readonly number[]): Promise<void> {
    for (const count of transactions) {
      if (this.isCrashed) return;
      const sent = this.#source?.get(Source).send(count) ?? Promise.resolve();
      await sent.catch((error: unknown) => {
        if (!(error instanceof CrashError)) throw error;
      });
    }
    await this.drain();
  }

  /** Lets simulated time pass until no event is under way. */
  async drain(): Promise<void> {
    const { clock } = this.volatile;
    for (let minute = 0; minute < 10 && !this.isCrashed; minute++) await clock.runUntil(clock.now() + 60_000);
  }

  async kill(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.kill()));
    const { bus, clock, log } = this.volatile;
    await bus.stop();
    clock.stop();
    await log.close();
  }

  async #start(module: Type, name: string): Promise<INestApplication> {
    const { bus, clock } = this.volatile;
    const { effects } = this;
    const onCrash = (): void => {
      this.isCrashed = true;
      for (const service of this.#services) void service.kill();
    };
    const runtime = { name, bus, clock, effects, env: {}, databaseUrl: this.url, onCrash };
    const app = await createService(module, runtime);
    this.#services.push(await startService(app));
    return app;
  }
}

describe('a crash between any two effects', () => {
  let database: FreshDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await freshDatabase(SERVER_URL, 'platform_crash');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  beforeEach(() => dropSchemas());

  async function dropSchemas(): Promise<void> {
    for (const schema of ['source', 'sorter', 'bus']) await client.query(`drop schema if exists ${schema} cascade`);
  }

  async function numbers(sql: string): Promise<number[]> {
    return (await client.query<{ n: number }>(sql)).rows.map(({ n }) => n);
  }

  /** Every parcel sent was sorted once and confirmed once, in order per key; the log has each event once; nothing is left. */
  async function expectExactlyOnce(crash: string): Promise<void> {
    const sent = await numbers('select n from source.sent order by n');
    expect(sent, crash).toEqual(sent.map((_, index) => index));
    for (const table of ['sorter.sorted', 'source.confirmed']) {
      const perKey = await client.query<{ n: number; key: string }>(`select n, key from ${table} order by place`);
      expect(
        perKey.rows.map(({ n }) => n).sort((a, b) => a - b),
        `${table}, ${crash}`,
      ).toEqual(sent);
      for (const ofKey of Map.groupBy(perKey.rows, ({ key }) => key).values()) {
        const inOrder = ofKey.map(({ n }) => n);
        expect(inOrder, `order in ${table}, ${crash}`).toEqual(inOrder.toSorted((a, b) => a - b));
      }
    }
    expect(await numbers('select parcels as n from sorter.balance'), crash).toEqual([sent.length]);
    expect(
      await numbers('select count(*)::int as n from source.outbox union all select count(*)::int from sorter.outbox'),
      crash,
    ).toEqual([0, 0]);
    const broken = 'select (gaps + disorders)::int as n from';
    expect(
      await numbers(`${broken} source.sequence_seen union ${broken} sorter.sequence_seen`),
      `numbers, ${crash}`,
    ).toEqual(sent.length === 0 ? [] : [0]);
    const logged = 'select count(*)::int as n from bus.event_log group by topic order by topic';
    expect(await numbers(logged), crash).toEqual(sent.length === 0 ? [] : [sent.length, sent.length]);
  }

  it('loses nothing and doubles nothing: every effect, before and after it', async () => {
    let life = await Life.begin(database.url);
    let isCovered = false;
    const crashes = new Set<string>();
    for (let at = 1; !isCovered; at++) {
      for (const isBefore of [true, false]) {
        life.effects.arm({ at, isBefore });
        await life.work(WORKLOAD);
        isCovered = !life.isCrashed;
        if (isCovered) break;
        crashes.add(`${isBefore ? 'before' : 'after'} ${life.effects.names[at - 1]}`);
        await life.kill();
        life = await Life.begin(database.url);
        await life.drain();
        await expectExactlyOnce(`crash ${isBefore ? 'before' : 'after'} effect ${at}: ${[...crashes].at(-1)}`);
      }
    }
    await expectExactlyOnce('no crash');
    await life.kill();
    expect((await numbers('select n from source.sent')).length).toBeGreaterThan(30);
    const effects = [
      'source.commit',
      'source.relay.publish',
      'source.relay.delete',
      'sorter.commit',
      'sorter.relay.publish',
      'sorter.relay.delete',
    ];
    expect([...crashes].sort()).toEqual(effects.flatMap((name) => [`before ${name}`, `after ${name}`]).sort());
  });

  it('loses nothing and doubles nothing when recoveries crash too, on a bus that duplicates, delays, reorders and forgets', async () => {
    const random = seededRandom(20_260_701);
    for (let crash = 0; crash < 12; crash++) {
      const faults = { seed: crash, duplicate: 0.3, delay: 0.3, maxDelayMs: 20_000, reorder: 0.5, crash: 0.3 };
      const crashAt = 1 + Math.floor(random() * 12);
      const life = await Life.begin(database.url, { faults, crashAt, isLive: crash % 2 === 1 });
      await life.work(WORKLOAD);
      await life.kill();
    }
    const last = await Life.begin(database.url);
    await last.drain();
    await expectExactlyOnce('after twelve crashes');
    expect((await numbers('select n from source.sent')).length).toBeGreaterThan(12);
    await last.kill();
  });

  it('without a crash leaves the same log in every run, ids included', async () => {
    const logs: unknown[] = [];
    for (let run = 0; run < 2; run++) {
      await dropSchemas();
      const life = await Life.begin(database.url);
      await life.work(WORKLOAD);
      await life.kill();
      logs.push((await client.query('select topic, key, headers, payload from bus.event_log order by position')).rows);
    }
    expect(logs[0]).toHaveLength(10);
    expect(logs[1]).toEqual(logs[0]);
  });
});
