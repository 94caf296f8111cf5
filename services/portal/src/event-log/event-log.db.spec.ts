import { EVENTS, OrderPlaced, SiteConfigured } from '@wattmesh/events';
import {
  createService,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  type OutgoingRecord,
  type RunningService,
} from '@wattmesh/platform';
import { EventLog, freshDatabase, type FreshDatabase, type LoggedEvent } from '@wattmesh/platform/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from '../app.module.ts';

/** A bus that keeps no event log of its own, as a broker does not. */
class ForgetfulBus extends MemoryBus {
  override keepsEventLog(): boolean {
    return false;
  }
}

const record = (topic: string, key: string, n: number): OutgoingRecord => ({
  topic,
  key,
  value: JSON.stringify({ n }),
  headers: { ce_id: `${topic} ${key} ${n}` },
});

async function allOf(log: EventLog): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const event of log.read()) events.push(event);
  return events;
}

describe('the event log', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'portal_event_log');
  });
  afterAll(() => database.drop());

  async function portalOn(bus: MemoryBus): Promise<RunningService> {
    const clock = new StepClock({ simMs: 0, speed: 1 });
    const runtime = { name: 'portal', bus, clock, effects: new RealEffects(), databaseUrl: database.url, env: {} };
    const service = await startService(await createService(AppModule, runtime));
    await bus.start();
    return service;
  }

  it('holds every event of every topic once, in the order of its key, over restarts of the portal', async () => {
    const topics = [...EVENTS.keys()];
    for (const round of [1, 2]) {
      const bus = new ForgetfulBus();
      const service = await portalOn(bus);
      // What the broker brings again after a crash between append and commit.
      for (const n of [1, round, round + 1]) await bus.publish(topics.map((topic) => record(topic, 'a', n)));
      await service.stop();
      await bus.stop();
    }
    const log = await EventLog.open(database.url);
    const logged = await allOf(log);
    await log.close();
    for (const topic of [OrderPlaced.topic, SiteConfigured.topic]) {
      const numbers = logged
        .filter((event) => event.topic === topic)
        .map(({ value }) => JSON.parse(value) as { n: number });
      expect(numbers).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    }
    expect(logged).toHaveLength(3 * topics.length);
  });

  it('is not held up by text that no database keeps', async () => {
    const log = await EventLog.open(database.url);
    const before = (await allOf(log)).at(-1)?.position ?? 0;
    const odd = {
      ...record(OrderPlaced.topic, 'nul \0', 1),
      value: 'half \ud800 \0',
      headers: { ce_id: 'odd \0', x: '\ud800' },
    };
    await log.append([odd, record(OrderPlaced.topic, 'nul', 1)]);
    await log.append([odd]);
    const logged: LoggedEvent[] = [];
    for await (const event of log.read(undefined, before)) logged.push(event);
    expect(logged.map(({ key, value }) => [key, value])).toEqual([
      ['nul \ufffd', 'half \ufffd \ufffd'],
      ['nul', '{"n":1}'],
    ]);
    await log.close();
  });

  it('shows no reader that goes on from its last position a gap, though several portals append at once', async () => {
    const writers = await Promise.all([1, 2, 3].map(() => EventLog.open(database.url)));
    const reader = await EventLog.open(database.url);
    const before = (await allOf(reader)).at(-1)?.position ?? 0;
    const seen: number[] = [before];
    const state = { isWriting: true };
    const writing = Promise.all(
      writers.map(async (writer, index) => {
        for (let n = 0; n < 40; n += 1) await writer.append([record(OrderPlaced.topic, `writer-${index}`, n)]);
      }),
    ).finally(() => (state.isWriting = false));
    const drain = async (): Promise<void> => {
      for await (const { position } of reader.read(undefined, seen.at(-1))) seen.push(position);
    };
    while (state.isWriting) await drain();
    await writing;
    await drain();
    expect(seen).toHaveLength(1 + 120);
    await Promise.all([...writers, reader].map((log) => log.close()));
  });
});
