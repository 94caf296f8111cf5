import type { INestApplication } from '@nestjs/common';
import {
  DeviceRegistered,
  ForecastPublished,
  IntervalMetered,
  SiteConfigured,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import {
  createService,
  MemberBus,
  MemoryArchive,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  toRecord,
  type RunningService,
} from '@wattmesh/platform';
import { freshDatabase, Leadership, type FreshDatabase } from '@wattmesh/platform/database';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.ts';
import { QUARTER_MS } from './features/panel.ts';
import { deviceOf, historyCsv, iso, meteringAt, siteOf, weatherCsv } from './testing/a-village.ts';
import { fakePanel } from './testing/fake-panel.ts';

const panel = fakePanel({ sites: 4, days: 29 });
const START = panel.startMs + panel.count * QUARTER_MS;
const SITES = panel.sites.map(({ siteId }) => siteId);

interface Forecaster {
  readonly app: INestApplication;
  readonly service: RunningService;
}

/** Some forecasters on one database and one group of a bus that shares records out by key. */
class Village {
  readonly clock = new StepClock({ simMs: START, speed: 1 });
  readonly archive = new MemoryArchive();
  readonly bus = new MemoryBus({ clock: this.clock, archive: this.archive });
  instances: Forecaster[] = [];
  #sequence = 0;

  private constructor(
    private readonly url: string,
    private readonly folder: string,
  ) {}

  static async start(place: { url: string; folder: string; history: string }, count: number): Promise<Village> {
    const village = new Village(place.url, place.folder);
    const members = MemberBus.around(village.bus, count);
    village.instances = await Promise.all(members.map((bus) => village.#startOne(bus, place.history)));
    await village.bus.start();
    await village.publish(SiteConfigured, SITES.map(siteOf));
    await village.publish(
      DeviceRegistered,
      SITES.map((siteId) => deviceOf(siteId, 'load', 'load')),
    );
    return village;
  }

  get leader(): Forecaster {
    return this.instances.find(({ app }) => app.get(Leadership).isLeading)!;
  }

  get standby(): Forecaster {
    return this.instances.find(({ app }) => !app.get(Leadership).isLeading)!;
  }

  async publish<E extends EventDefinition>(event: E, payloads: PayloadOf<E>[]): Promise<void> {
    const records = payloads.map((payload) => {
      const sequence = ++this.#sequence;
      const id = `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`;
      return toRecord(event, payload, { id, source: 'spec', time: this.clock.nowIso(), sequence });
    });
    await this.bus.publish(records);
    await this.clock.settled();
  }

  /** Meters the quarter that begins now, lets it pass, and waits until its forecasts have left. */
  async liveQuarter(): Promise<void> {
    const startMs = this.clock.now() - (this.clock.now() % QUARTER_MS);
    await this.clock.runUntil(startMs + QUARTER_MS);
    await this.publish(
      IntervalMetered,
      SITES.map((siteId, index) => meteringAt(startMs, siteId, 100 + 10 * index)),
    );
    await this.clock.runUntil(startMs + QUARTER_MS + 60_000);
  }

  forecasts(): ForecastPublished[] {
    return this.archive.records
      .filter(({ topic }) => topic === ForecastPublished.topic)
      .map(({ value }) => JSON.parse(value) as ForecastPublished)
      .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  }

  async stop(): Promise<void> {
    for (const { service } of this.instances) await service.stop();
    await this.bus.stop();
    this.clock.stop();
  }

  async #startOne(bus: MemberBus, history: string): Promise<Forecaster> {
    const env = {
      FORECASTER_HISTORY: join(this.folder, history),
      FORECASTER_WEATHER: join(this.folder, 'weather.csv'),
      FORECASTER_BACKEND: 'wasm',
      FORECASTER_EPOCHS: '1',
      FORECASTER_HIDDEN: '16',
      LOG_LEVEL: 'silent',
    };
    const runtime = { name: 'forecaster', bus, clock: this.clock, effects: new RealEffects(), env };
    const app = await createService(AppModule, { ...runtime, databaseUrl: this.url });
    return { app, service: await startService(app) };
  }
}

const placeOf = ({ siteId, firstIntervalStart, model }: ForecastPublished): string =>
  `${firstIntervalStart} ${siteId} ${model.isBaseline}`;

describe('two forecasters', () => {
  let folder: string;
  let database: FreshDatabase;
  let client: pg.Client;
  let village: Village | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'two-forecasters-'));
    const short = fakePanel({ sites: 4, days: 3, startMs: START - 3 * 96 * QUARTER_MS });
    await writeFile(join(folder, 'history.csv'), historyCsv(panel));
    await writeFile(join(folder, 'short.csv'), historyCsv(short));
    await writeFile(join(folder, 'weather.csv'), weatherCsv(panel));
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'two_forecasters');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    await village?.stop();
    village = undefined;
    await client.query('drop schema if exists forecaster cascade');
  });

  const begin = (history: string, count: number): Promise<Village> =>
    Village.start({ url: database.url, folder, history }, count);

  async function changeLeader({ leader, standby }: Village): Promise<void> {
    await leader.service.kill();
    await expect.poll(() => standby.app.get(Leadership).isLeading, { timeout: 5000, interval: 5 }).toBe(true);
  }

  it('forecast what one does from all meterings, whoever took them, also when the leader has died', async () => {
    village = await begin('short.csv', 1);
    for (let quarter = 0; quarter < 4; quarter += 1) await village.liveQuarter();
    const byOne = village.forecasts();
    await village.stop();
    await client.query('drop schema forecaster cascade');
    village = await begin('short.csv', 2);
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await village.liveQuarter();
      if (quarter === 1) await changeLeader(village);
    }
    const places = village.forecasts().map(placeOf);
    expect(new Set(places).size).toBe(places.length);
    expect(village.forecasts()).toEqual(byOne);
    expect(places.length).toBe(5 * SITES.length);
  });

  it('train once; whoever leads next serves the same model and lets no baseline in between', async () => {
    village = await begin('history.csv', 2);
    await village.clock.runUntil(START + 60_000);
    const states = await Promise.all(village.instances.map(({ service }) => fetch(`${service.url}/health/ready`)));
    expect(states.map(({ status }) => status)).toEqual([200, 200]);
    const before = village.forecasts();
    await changeLeader(village);
    await village.clock.runUntil(START + 120_000);
    expect(village.forecasts()).toEqual(before);
    await village.liveQuarter();
    const models = village.forecasts().filter(({ model }) => !model.isBaseline);
    expect(models.map(({ firstIntervalStart }) => firstIntervalStart)).toEqual(
      [START, START + QUARTER_MS].flatMap((startMs) => SITES.map(() => iso(startMs))),
    );
    expect(new Set(models.map(({ model }) => model.version)).size).toBe(1);
    expect((await client.query('select version from forecaster.model')).rowCount).toBe(1);
  });
});
