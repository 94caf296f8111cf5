import {
  CommandIssued,
  CommandProgressed,
  CommunityConfigured,
  DeviceRegistered,
  ForecastPublished,
  PlanPublished,
  ReadingTaken,
  ScheduleIssued,
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
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCommunity, aDevice, aForecast, aReading, aSite, START_MS } from './testing/a-village.ts';
import { AppModule } from './app.module.ts';
import { derivePublicKey } from './signing/derive-key.ts';
import { encodeCommand, encodeSchedule } from './signing/encode-command.ts';
import { isSignedBy } from './signing/sign-message.ts';

const QUARTER_MS = 900_000;
const SPEED = 300;
const DEVICES = [
  aDevice('home-1-meter', 'meter'),
  aDevice('home-1-load', 'load'),
  aDevice('home-1-pv', 'inverter'),
  aDevice('home-1-ess', 'battery'),
];

/** The dispatcher on a step clock with a field of one home around it. */
class Field {
  readonly seen: { topic: string; payload: unknown }[] = [];
  #sequence = 0;
  #service: RunningService | undefined;

  constructor(
    readonly url: string,
    readonly clock = new StepClock({ simMs: START_MS, speed: SPEED }),
    readonly bus = new MemoryBus({ clock, serial: true }),
  ) {}

  async start(): Promise<void> {
    const topics = [PlanPublished, ScheduleIssued, CommandIssued].map(({ topic }) => topic);
    await this.bus.subscribe('spec', topics, (batch) => {
      for (const record of batch) this.seen.push({ topic: record.topic, payload: JSON.parse(record.value) as unknown });
      return Promise.resolve();
    });
    await this.startService();
    await this.bus.start();
    await this.publish(CommunityConfigured, aCommunity());
    await this.publish(SiteConfigured, aSite('home-1'));
    for (const device of DEVICES) await this.publish(DeviceRegistered, device);
  }

  async startService(): Promise<void> {
    const env = { DISPATCHER_KEY_SEED: 'spec', LOG_LEVEL: 'silent' };
    const app = await createService(AppModule, {
      name: 'dispatcher',
      bus: this.bus,
      clock: this.clock,
      effects: new RealEffects(),
      env,
      databaseUrl: this.url,
    });
    this.#service = await startService(app);
  }

  kill(): Promise<void> {
    return this.#service!.kill();
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    await this.bus.stop();
    this.clock.stop();
  }

  async publish<E extends EventDefinition>(event: E, payload: PayloadOf<E>): Promise<void> {
    const sequence = ++this.#sequence;
    const time = this.clock.nowIso();
    const delivered = this.bus.publish([
      toRecord(event, payload, { id: `spec-${sequence}`, source: 'spec', time, sequence }),
    ]);
    // Deliveries are timers of the clock.
    await this.clock.runUntil(this.clock.now());
    await delivered;
  }

  async read(socPct: number, powers: { loadW: number; pvW: number; essW: number }): Promise<void> {
    const now = this.clock.now();
    await this.publish(ReadingTaken, aReading('home-1-load', { powerW: powers.loadW }, now));
    await this.publish(ReadingTaken, aReading('home-1-pv', { powerW: powers.pvW }, now));
    await this.publish(ReadingTaken, aReading('home-1-ess', { powerW: powers.essW, socPct }, now));
    await this.publish(
      ReadingTaken,
      aReading('home-1-meter', { powerW: powers.loadW + powers.pvW + powers.essW }, now),
    );
  }

  of<E extends EventDefinition>(event: E): PayloadOf<E>[] {
    return this.seen.filter(({ topic }) => topic === event.topic).map(({ payload }) => payload as PayloadOf<E>);
  }
}

describe('the dispatcher in a field of one home', () => {
  let database: FreshDatabase;
  let field: Field;

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'dispatcher');
    field = new Field(database.url);
    await field.start();
  });
  afterAll(async () => {
    await field.stop();
    await database.drop();
  });

  it('plans nothing without a forecast', async () => {
    await field.read(50, { loadW: 1000, pvW: 0, essW: 0 });
    await field.clock.runUntil(START_MS + 200_000);
    expect(field.of(ScheduleIssued)).toEqual([]);
    expect(field.of(CommandIssued)).toEqual([]);
  });

  it('plans on a forecast and issues a signed schedule of 24 hours and a command with a reason', async () => {
    const forecast = aForecast('home-1', { loadWh: 250, generationWh: 0 });
    // Sun from 11:00 on, more than the battery takes: what is drawn now can be had back cheaply.
    forecast.generation!.p50Wh = forecast.generation!.p50Wh.map((_, t) => (t >= 8 && t < 40 ? 1200 : 0));
    forecast.generation!.p90Wh = forecast.generation!.p50Wh.map((wh) => wh * 1.2);
    await field.publish(ForecastPublished, forecast);
    await field.clock.runUntil(START_MS + 400_000);
    const [schedule] = field.of(ScheduleIssued);
    expect(schedule).toMatchObject({
      deviceId: 'home-1-ess',
      revision: 1,
      firstIntervalStart: '2017-07-17T16:00:00.000Z',
    });
    expect(schedule!.slotsW).toHaveLength(96);
    expect(isSignedBy(encodeSchedule(schedule!), schedule!.signature, derivePublicKey('spec'))).toBe(true);
    const [command] = field.of(CommandIssued);
    expect(command).toMatchObject({
      deviceId: 'home-1-ess',
      setpointW: -1000,
      reason: { code: 'self-consumption', nextBest: { setpointW: 0 } },
    });
    expect(isSignedBy(encodeCommand(command!), command!.signature, derivePublicKey('spec'))).toBe(true);
    expect(field.of(PlanPublished)[0]).toMatchObject({ siteId: 'home-1', isRelaxed: false });
  });

  it('follows the measured demand within the interval', async () => {
    await field.read(49, { loadW: 2500, pvW: 0, essW: -1000 });
    await field.clock.runUntil(START_MS + 640_000);
    expect(field.of(CommandIssued).at(-1)).toMatchObject({ setpointW: -2500 });
  });

  it('has the next schedule out before its interval begins, the running slot in front', async () => {
    await field.clock.runUntil(START_MS + QUARTER_MS - 60_000);
    const schedule = field.of(ScheduleIssued).at(-1)!;
    expect(schedule.slotsW).toHaveLength(97);
    expect(schedule.slotsW[0]).toBe(-1000);
    expect(Date.parse(schedule.issuedAt)).toBeLessThan(START_MS + QUARTER_MS);
  });

  it('keeps the ledger by the stage a command got to, in whatever order the stages come', async () => {
    const { commandId, deviceId, siteId } = field.of(CommandIssued)[0]!;
    for (const stage of ['verified', 'accepted', 'applied'] as const) {
      await field.publish(CommandProgressed, { commandId, deviceId, siteId, stage, at: field.clock.nowIso() });
    }
    await field.clock.runUntil(field.clock.now() + 10_000);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select stage from dispatcher.command where command_id = $1', [commandId]);
    await client.end();
    expect(rows).toEqual([{ stage: 'verified' }]);
  });

  it('goes on after a kill with rising revisions and no command given twice', async () => {
    await field.read(48, { loadW: 1000, pvW: 0, essW: -1000 });
    await field.kill();
    await field.startService();
    await field.read(48, { loadW: 1000, pvW: 0, essW: -1000 });
    await field.clock.runUntil(START_MS + QUARTER_MS + 200_000);
    const revisions = field.of(ScheduleIssued).map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
    const ids = field.of(CommandIssued).map(({ commandId }) => commandId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Date.parse(field.of(CommandIssued).at(-1)!.issuedAt)).toBeGreaterThanOrEqual(START_MS + QUARTER_MS);
  });
});
