import { Controller, Get, Injectable, Module, type Type } from '@nestjs/common';
import { defineEvent } from '@wattmesh/events';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EntityManager } from 'typeorm';
import { DatabaseModule, EventLog, freshDatabase, Outbox, Transactions, type FreshDatabase } from '../database.ts';
import { ConsumerStore } from '../consumer/consumer-store.ts';
import { createService, startService, type RunningService } from '../service/create-service.ts';
import { ScaledClock } from '../clock/clock.ts';
import { DomainError } from '../service/domain-error.ts';
import { RealEffects } from '../service/effects.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { Metrics } from '../service/metrics.ts';
import { OnEvent } from '../consumer/on-event.ts';
import type { INestApplication } from '@nestjs/common';

const SERVER_URL = process.env['WATTMESH_TEST_DATABASE'];

const ThingMade = defineEvent({
  topic: 'maker.thing-made.v1',
  key: (thing) => thing.id,
  schema: z.object({ id: z.string(), n: z.int(), mood: z.enum(['fine', 'rude', 'forged', 'flaky']).optional() }),
});
type ThingMade = z.infer<typeof ThingMade.schema>;

class RudeThingError extends DomainError {
  readonly code = 'TAKER_THING_RUDE';
}

@Module({ imports: [DatabaseModule.forService({ schema: 'maker', entities: [], migrations: [] })] })
class MakerModule {}

class TakerTables1790000000001 {
  up(runner: { query(sql: string): Promise<unknown> }): Promise<unknown> {
    return runner.query('create table taken (n int not null, id text not null)');
  }
  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** Takes things; rude ones break a rule, flaky ones work at the second try. */
@Injectable()
class Taker {
  batches: number[] = [];
  attempts = 0;

  @OnEvent(ThingMade)
  async onThings(things: ThingMade[], tx: EntityManager): Promise<void> {
    this.batches.push(things.length);
    for (const thing of things) {
      await tx.query('insert into taken (n, id) values ($1, $2)', [thing.n, thing.id]);
      if (thing.mood === 'forged') throw new RudeThingError('not its own', { isOneEventOnly: true });
      if (thing.mood === 'rude') throw new RudeThingError(`thing ${thing.n} is rude`);
      if (thing.mood === 'flaky' && (this.attempts += 1) < 3) throw new Error('flaky');
    }
  }
}

@Controller('taken')
class TakenController {
  @Get('rude')
  rude(): never {
    throw new RudeThingError('no');
  }
}

@Module({
  imports: [DatabaseModule.forService({ schema: 'taker', entities: [], migrations: [TakerTables1790000000001] })],
  providers: [Taker],
  controllers: [TakenController],
})
class TakerModule {}

describe('a service with a database', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  let log: EventLog;
  let bus: MemoryBus;
  let clock: ScaledClock;
  let running: RunningService[];
  let maker: INestApplication;
  let taker: INestApplication;
  let metrics: Metrics;

  beforeAll(async () => {
    database = await freshDatabase(SERVER_URL, 'platform_service');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  beforeEach(async () => {
    await client.query('drop schema if exists maker cascade');
    await client.query('drop schema if exists taker cascade');
    await client.query('drop schema if exists bus cascade');
    clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });
    log = await EventLog.open(database.url);
    bus = new MemoryBus({ clock, archive: log });
    running = [];
    metrics = new Metrics('taker');
    maker = await started(MakerModule, 'maker');
    taker = await started(TakerModule, 'taker');
    await bus.start();
  });
  afterEach(async () => {
    await Promise.all(running.map((service) => service.stop()));
    await bus.stop();
    await log.close();
    clock.stop();
  });

  async function started(module: Type, name: string): Promise<INestApplication> {
    const effects = new RealEffects();
    const own = name === 'taker' ? { metrics } : {};
    const app = await createService(module, { name, bus, clock, effects, env: {}, databaseUrl: database.url, ...own });
    running.push(await startService(app));
    return app;
  }
  async function make(...things: ThingMade[]): Promise<void> {
    await maker.get(Transactions).run((tx) => maker.get(Outbox).publish(tx, ThingMade, things));
  }
  async function rows<R>(sql: string): Promise<R[]> {
    return (await client.query(sql)).rows as R[];
  }
  async function eventually(sql: string, expected: number): Promise<void> {
    await expect
      .poll(async () => (await rows<{ n: number }>(`select count(*)::int as n from ${sql}`))[0]?.n, {
        timeout: 10_000,
        interval: 5,
      })
      .toBe(expected);
  }
  async function logged(topic: string): Promise<{ value: string; headers: Record<string, string> }[]> {
    const events = [];
    for await (const event of log.read([topic])) events.push(event);
    return events;
  }

  it('brings an event from a transaction of one to a transaction of the other, and empties the outbox', async () => {
    await make({ id: 'a', n: 1 }, { id: 'b', n: 2 });
    await eventually('taker.taken', 2);
    await eventually('maker.outbox', 0);
    expect(await rows('select id, n from taker.taken order by n')).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ]);
  });

  it('writes CloudEvents headers with a version 7 id and a sequence per key', async () => {
    await make({ id: 'a', n: 1 }, { id: 'b', n: 2 }, { id: 'a', n: 3 });
    await make({ id: 'a', n: 4 });
    await eventually('taker.taken', 4);
    const headers = (await logged(ThingMade.topic)).map((event) => event.headers);
    expect(headers.map((header) => header['ce_sequence'])).toEqual(['1', '1', '2', '3']);
    expect(headers[0]).toMatchObject({ ce_type: ThingMade.topic, ce_source: 'maker', ce_specversion: '1.0' });
    expect(headers[0]?.['ce_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Math.abs(Date.parse(headers[0]?.['ce_time'] ?? '') - clock.now())).toBeLessThan(10_000);
  });

  it('publishes nothing of a transaction that rolled back', async () => {
    const failed = maker.get(Transactions).run(async (tx) => {
      await maker.get(Outbox).publish(tx, ThingMade, { id: 'a', n: 1 });
      throw new RudeThingError('never mind');
    });
    await expect(failed).rejects.toBeInstanceOf(RudeThingError);
    await make({ id: 'a', n: 2 });
    await eventually('taker.taken', 1);
    expect((await logged(ThingMade.topic)).map((event) => event.headers['ce_sequence'])).toEqual(['1']);
  });

  it('refuses foreign events, invalid payloads and transactions that are not its own', async () => {
    const outbox = taker.get(Outbox);
    const publish = (tx: EntityManager): Promise<void> => outbox.publish(tx, ThingMade, { id: 'a', n: 1 });
    await expect(taker.get(Transactions).run(publish)).rejects.toMatchObject({ code: 'PLATFORM_FOREIGN_EVENT' });
    await expect(make({ id: 'a', n: 0.5 })).rejects.toThrow(/int/);
    const loose = maker
      .get(Outbox)
      .publish(maker.get(Transactions)['dataSource'].manager, ThingMade, { id: 'a', n: 1 });
    await expect(loose).rejects.toMatchObject({ code: 'PLATFORM_OUTSIDE_TRANSACTION' });
  });

  it('keeps the order of commits within a key when many transactions race', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, n) => make({ id: `key-${n % 3}`, n })));
    await eventually('taker.taken', 60);
    const events = await logged(ThingMade.topic);
    for (const ofKey of Map.groupBy(events, (event) => (JSON.parse(event.value) as ThingMade).id).values()) {
      expect(ofKey.map((event) => event.headers['ce_sequence'])).toEqual(ofKey.map((_, index) => String(index + 1)));
    }
    const taken = await rows<{ id: string; n: number }>('select id, n from taker.taken');
    expect(new Set(taken.map(({ n }) => n)).size).toBe(60);
  });

  it('applies an event once however often the bus brings it', async () => {
    await make({ id: 'a', n: 1 });
    await eventually('taker.taken', 1);
    for await (const event of log.read([ThingMade.topic])) await bus.publish([event, event]);
    await make({ id: 'a', n: 2 });
    await eventually('taker.taken', 2);
    expect(await logged(ThingMade.topic)).toHaveLength(2);
  });

  it('dead-letters what breaks a rule with its reason, parks the key, and moves on', async () => {
    await make({ id: 'a', n: 1 }, { id: 'b', n: 2, mood: 'rude' }, { id: 'b', n: 3 }, { id: 'c', n: 4 });
    await eventually('taker.taken', 2);
    await make({ id: 'b', n: 5 }, { id: 'a', n: 6 });
    await eventually('taker.taken', 3);
    await eventually(`bus.event_log where topic like '%.dlq'`, 3);
    const letters = await logged('maker.thing-made.v1.taker.dlq');
    expect(letters.map((letter) => [(JSON.parse(letter.value) as ThingMade).n, letter.headers['dlq_code']])).toEqual([
      [2, 'TAKER_THING_RUDE'],
      [3, 'PLATFORM_KEY_PARKED'],
      [5, 'PLATFORM_KEY_PARKED'],
    ]);
    expect(letters[0]?.headers).toMatchObject({
      ce_type: ThingMade.topic,
      dlq_consumer: 'taker',
      dlq_attempts: '1',
      dlq_reason: 'RudeThingError: thing 2 is rude',
    });
    expect(await taker.get(ConsumerStore).release('taker', ThingMade.topic, 'b')).toBe(true);
    await make({ id: 'b', n: 7 });
    await eventually('taker.taken', 4);
  });

  it('dead-letters a forgery alone, once, and lets its key go on', async () => {
    await make({ id: 'a', n: 1, mood: 'forged' }, { id: 'a', n: 2 });
    await eventually('taker.taken', 1);
    for await (const event of log.read([ThingMade.topic])) await bus.publish([event, event]);
    await make({ id: 'a', n: 3 });
    await eventually('taker.taken', 2);
    expect(await logged('maker.thing-made.v1.taker.dlq')).toHaveLength(1);
  });

  it('tries again what may pass, and leaves no trace of the failed tries', async () => {
    await make({ id: 'a', n: 1, mood: 'flaky' }, { id: 'a', n: 2 });
    await eventually('taker.taken', 2);
    expect(await logged('maker.thing-made.v1.taker.dlq')).toEqual([]);
  });

  it('dead-letters poison: bad JSON, wrong schema, wrong key, no id; the rest arrives', async () => {
    const good = { ce_time: clock.nowIso(), ce_type: ThingMade.topic };
    const poison = [
      { key: 'p1', value: '{', headers: { ...good, ce_id: 'p1' } },
      { key: 'p2', value: '{"id":"p2","n":"many"}', headers: { ...good, ce_id: 'p2' } },
      { key: 'p3', value: '{"id":"other","n":1}', headers: { ...good, ce_id: 'p3' } },
      { key: 'p4', value: '{"id":"p4","n":1}', headers: {} },
    ];
    await bus.publish(poison.map((record) => ({ topic: ThingMade.topic, ...record })));
    await make({ id: 'a', n: 1 });
    await eventually('taker.taken', 1);
    await eventually(`bus.event_log where topic like '%.dlq'`, 4);
    const codes = (await logged('maker.thing-made.v1.taker.dlq')).map((letter) => letter.headers['dlq_code']);
    expect(new Set(codes)).toEqual(
      new Set([
        'PLATFORM_EVENT_INVALID',
        'PLATFORM_EVENT_NOT_JSON',
        'PLATFORM_EVENT_WITHOUT_ID',
        'PLATFORM_EVENT_WRONG_KEY',
      ]),
    );
  });

  it('measures the lag from event to commit', async () => {
    await make({ id: 'a', n: 1 }, { id: 'b', n: 2 });
    await eventually('taker.taken', 2);
    await expect.poll(() => metrics.snapshot()['wattmesh_event_lag_ms']?.count).toBe(2);
    expect(metrics.snapshot()['wattmesh_event_lag_ms']?.p99).toBeLessThan(10_000);
  });

  it('answers health, metrics and problems over HTTP', async () => {
    const url = running[1]?.url ?? '';
    expect(await (await fetch(`${url}/health/live`)).json()).toMatchObject({ status: 'ok' });
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
      status: 'ok',
      checks: { bus: true, database: true },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('wattmesh_event_lag_ms');
    const problem = await fetch(`${url}/taken/rude`);
    expect([problem.status, problem.headers.get('content-type')]).toEqual([
      422,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await problem.json()).toMatchObject({ code: 'TAKER_THING_RUDE', status: 422, detail: 'no' });
  });

  it('once killed touches nothing any more, and a new life takes up what was left', async () => {
    const outbox = maker.get(Outbox);
    const transactions = maker.get(Transactions);
    await running[1]?.kill();
    await make({ id: 'a', n: 1 });
    await running[0]?.kill();
    const late = transactions.run((tx) => outbox.publish(tx, ThingMade, { id: 'a', n: 2 }));
    await expect(late).rejects.toMatchObject({ name: 'ServiceKilledError' });
    expect(await rows('select * from taker.taken')).toEqual([]);
    await eventually('maker.outbox', 1);
    running = [];
    maker = await started(MakerModule, 'maker');
    taker = await started(TakerModule, 'taker');
    await eventually('taker.taken', 1);
    await eventually('maker.outbox', 0);
    expect(taker.get(Taker).batches).toEqual([1]);
  });

  it('lets only one relay of a schema work, and the next take over', async () => {
    const starting = started(MakerModule, 'maker');
    const first = running[0];
    await make({ id: 'a', n: 1 });
    await eventually('maker.outbox', 0);
    await first?.kill();
    const second = await starting;
    await second.get(Transactions).run((tx) => second.get(Outbox).publish(tx, ThingMade, { id: 'a', n: 2 }));
    await eventually('maker.outbox', 0);
    expect(await logged(ThingMade.topic)).toHaveLength(2);
    running = running.filter((service) => service !== first);
  });
});
