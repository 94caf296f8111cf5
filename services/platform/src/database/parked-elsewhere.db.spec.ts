import { Module, type INestApplication } from '@nestjs/common';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBus } from '../bus/memory-bus.ts';
import { ScaledClock } from '../clock/clock.ts';
import { ConsumerStore, type ConsumedEvent } from '../consumer/consumer-store.ts';
import { DatabaseModule, freshDatabase, type FreshDatabase } from '../database.ts';
import { createService } from '../service/create-service.ts';
import { RealEffects } from '../service/effects.ts';

const topic = 'source.parcel-sent.v1';

@Module({ imports: [DatabaseModule.forService({ schema: 'sorter', entities: [], migrations: [] })] })
class SorterModule {}

const anEvent = (sequence: number): ConsumedEvent => ({
  id: `a-${sequence}`,
  sequence,
  record: { topic, partition: 0, offset: sequence, key: 'a', value: '{}', headers: {} },
  payload: { sequence },
  isCompacted: false,
});

describe('a key that another instance parks', () => {
  let database: FreshDatabase;
  let other: pg.Client;
  let app: INestApplication;
  const clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'platform_parked');
    other = new pg.Client({ connectionString: database.url });
    await other.connect();
    const runtime = { name: 'sorter', bus: new MemoryBus({ clock }), clock, effects: new RealEffects(), env: {} };
    app = await createService(SorterModule, { ...runtime, databaseUrl: database.url });
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    clock.stop();
    await other.end();
    await database.drop();
  });

  async function untilOneWaits(): Promise<void> {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await other.query(waiting)).rows.length === 0);
  }

  it('is parked for this one too, though it had looked before', async () => {
    const store = app.get(ConsumerStore);
    const taken: number[] = [];
    const take = (...events: ConsumedEvent[]) =>
      store.apply('sorter', events, (fresh) => Promise.resolve(void taken.push(...fresh.map((e) => e.sequence ?? 0))));
    await take(anEvent(1));
    await other.query('begin');
    await other.query(`update sorter.sequence_seen set last = 2, previous = 1 where key = 'a'`);
    await other.query(`insert into sorter.inbox (consumer, event_id, is_compacted) values ('sorter', 'a-2', false)`);
    await other.query(`insert into sorter.parked_key values ('sorter', '${topic}', 'a', 'bad')`);
    const outcome = take(anEvent(2), anEvent(3));
    await untilOneWaits();
    await other.query('commit');
    expect((await outcome).parked.map(({ id }) => id)).toEqual(['a-2', 'a-3']);
    expect(taken).toEqual([1]);
  });
});
