import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  toRecord,
  type RunningService,
} from '@wattmesh/platform';
import { freshDatabase, type FreshDatabase } from '@wattmesh/platform/database';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.ts';
import { QUARTER_MS } from './features/panel.ts';
import { deviceOf, historyCsv, iso, meteringAt, siteOf, weatherCsv } from './testing/a-village.ts';
import { fakePanel } from './testing/fake-panel.ts';

const SERVER_URL = process.env['WATTMESH_TEST_DATABASE'];
const panel = fakePanel({ sites: 3, days: 29 });
const START = panel.startMs + panel.count * QUARTER_MS;
const metering = (siteId: string, loadWh: number, more: Partial<IntervalMetered> = {}): IntervalMetered => ({
  ...meteringAt(START, siteId, loadWh),
  ...more,
});

let folder: string;
let fresh: FreshDatabase;
let database: DataSource;
let clock: StepClock;
let bus: MemoryBus;
let service: RunningService | undefined;
let forecasts: ForecastPublished[];
let deadLetters: string[];
let sequence = 0;

async function publish<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): Promise<void> {
  const records = payloads.map((payload) => {
    sequence += 1;
    return toRecord(event, payload, {
      id: `00000000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
      source: 'spec',
      time: clock.nowIso(),
      sequence,
    });
  });
  await bus.publish(records);
  await clock.settled();
}

async function start(env: Record<string, string> = {}): Promise<void> {
  const files = { FORECASTER_HISTORY: join(folder, 'history.csv'), FORECASTER_WEATHER: join(folder, 'weather.csv') };
  const options = { FORECASTER_BACKEND: 'wasm', FORECASTER_EPOCHS: '1', FORECASTER_HIDDEN: '16', LOG_LEVEL: 'silent' };
  const app = await createService(AppModule, {
    name: 'forecaster',
    bus,
    clock,
    effects: new RealEffects(),
    env: { ...files, ...options, ...env },
    databaseUrl: fresh.url,
  });
  service = await startService(app);
}

async function register(...siteIds: string[]): Promise<void> {
  await publish(SiteConfigured, ...siteIds.map(siteOf), siteOf('village-battery'));
  const plants = siteIds.filter((siteId) => panel.sites.find((site) => site.siteId === siteId)?.generationWh);
  await publish(
    DeviceRegistered,
    ...siteIds.map((id) => deviceOf(id, 'load', 'load')),
    ...plants.map((id) => deviceOf(id, 'pv', 'generation')),
  );
}

const health = async (): Promise<{ status: number; body: string }> => {
  const answer = await fetch(`${service?.url}/health/ready`);
  return { status: answer.status, body: await answer.text() };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forecaster-'));
  await writeFile(join(folder, 'history.csv'), historyCsv(panel));
  await writeFile(join(folder, 'weather.csv'), weatherCsv(panel));
  if (SERVER_URL === undefined) return;
  fresh = await freshDatabase(SERVER_URL, 'forecaster_spec');
  database = await new DataSource({ type: 'postgres', url: fresh.url }).initialize();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database?.destroy();
  await fresh?.drop();
});

describe.runIf(SERVER_URL !== undefined)('the forecaster (needs WATTMESH_TEST_DATABASE)', () => {
  beforeEach(async () => {
    await database.query('drop schema if exists forecaster cascade');
    clock = new StepClock({ simMs: START, speed: 1, onError: (_, error) => expect.fail(String(error)) });
    bus = new MemoryBus({ clock });
    [forecasts, deadLetters] = [[], []];
    await bus.subscribe('spec', [ForecastPublished.topic], async (batch) => {
      forecasts.push(...batch.map((record) => JSON.parse(record.value) as ForecastPublished));
    });
    await bus.subscribe('letters', [`${IntervalMetered.topic}.forecaster.dlq`], async (batch) => {
      deadLetters.push(...batch.map((record) => record.key));
    });
    await bus.start();
  });
  afterEach(async () => {
    await service?.stop();
    service = undefined;
    await bus.stop();
    clock.stop();
  });

  it('is not ready before it trained, then publishes the model of every consuming site, at once, each interval and after a kill', async () => {
    await start();
    expect(await health()).toMatchObject({ status: 503, body: expect.stringContaining('no site') as string });
    await register('home-1', 'home-2', 'home-3');
    await clock.runUntil(START + 6_000);
    const models = forecasts.filter(({ model }) => !model.isBaseline);
    expect(models.map(({ siteId }) => siteId).sort()).toEqual(['home-1', 'home-2', 'home-3']);
    expect(models[0]).toMatchObject({
      firstIntervalStart: iso(START),
      model: { name: 'dense-mixer-1', backend: 'wasm' },
    });
    expect(models[0]?.model.mase).toBeLessThan(1);
    expect(models.find(({ siteId }) => siteId === 'home-2')?.generation).toBeUndefined();
    expect(models.find(({ siteId }) => siteId === 'home-1')?.generation?.p50Wh).toHaveLength(96);
    expect((await health()).status).toBe(200);

    await clock.runUntil(START + 31_000);
    const before = forecasts.length;
    await service?.kill();
    await start();
    await clock.runUntil(START + 40_000);
    expect(forecasts).toHaveLength(before);
    expect((await health()).status).toBe(200);
    await clock.runUntil(START + QUARTER_MS + 31_000);
    expect(forecasts).toHaveLength(before + 3);
    expect(forecasts.slice(before).map(({ firstIntervalStart, model }) => [firstIntervalStart, model.version])).toEqual(
      models.map(({ model }) => [iso(START + QUARTER_MS), model.version]),
    );
    expect(await database.query('select count(*)::int as count from forecaster.model')).toEqual([{ count: 1 }]);
  });

  it('flags baseline forecasts until the model is trained and says why nothing can be trained', async () => {
    await writeFile(
      join(folder, 'short.csv'),
      historyCsv(fakePanel({ sites: 3, days: 3, startMs: START - 3 * 96 * QUARTER_MS })),
    );
    await start({ FORECASTER_HISTORY: join(folder, 'short.csv') });
    await register('home-1', 'home-2', 'home-3');
    await clock.runUntil(START + 6_000);
    expect(forecasts).toHaveLength(3);
    expect(
      forecasts.every(({ model }) => model.isBaseline && model.backend === 'none' && model.mase === undefined),
    ).toBe(true);
    expect(forecasts[0]?.model.name).toBe('same-weekday-mean+seasonal-naive-day');
    expect(await health()).toMatchObject({ status: 200, body: expect.stringContaining('3.0 days') as string });
  });

  it('trains again after a kill in the middle of a training, and each forecast leaves once', async () => {
    await start({ FORECASTER_EPOCHS: '1000' });
    await register('home-1', 'home-2', 'home-3');
    const running = clock.runUntil(START + 6_000);
    while (!(await health()).body.includes('training')) await new Promise((resolve) => setImmediate(resolve));
    await service?.kill();
    await running;
    expect(await database.query('select version from forecaster.model')).toEqual([]);
    await start();
    await clock.runUntil(START + 40_000);
    const models = forecasts.filter(({ model }) => !model.isBaseline);
    expect(models.map(({ siteId }) => siteId).sort()).toEqual(['home-1', 'home-2', 'home-3']);
  });

  it('takes a correction over a preliminary metering and ignores a missing one, C22', async () => {
    await start();
    await register('home-1', 'home-2', 'home-3');
    await publish(IntervalMetered, metering('home-1', 100), metering('home-1', 150, { run: 'correction-1' }));
    await publish(
      IntervalMetered,
      metering('home-1', 90),
      metering('home-2', 0, { quality: 'missing' }),
      metering('home-3', 0),
    );
    const kept: unknown = await database.query(
      'select meter_id, energy_wh, run_number from forecaster.metering order by meter_id',
    );
    expect(kept).toEqual([
      { meter_id: 'home-1-load', energy_wh: 150, run_number: 2 },
      { meter_id: 'home-3-load', energy_wh: 0, run_number: 0 },
    ]);
    expect(deadLetters).toEqual([]);
  });

  it('refuses a malformed history file at the start, naming file and line', async () => {
    await writeFile(
      join(folder, 'bad.csv'),
      'siteId,intervalStart,loadWh,generationWh\nhome-1,2017-06-05T16:00:00Z,-3,\n',
    );
    await expect(start({ FORECASTER_HISTORY: join(folder, 'bad.csv') })).rejects.toMatchObject({
      code: 'FORECASTER_FILE_INVALID',
      message: expect.stringMatching(/bad\.csv line 2: energies/) as string,
    });
  });
});
