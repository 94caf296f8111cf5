import type { INestApplication } from '@nestjs/common';
import {
  CommandIssued,
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
  MemberBus,
  MemoryArchive,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  toRecord,
  type RunningService,
} from '@wattmesh/platform';
import { freshDatabase, Leadership, type FreshDatabase, type Term } from '@wattmesh/platform/database';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.ts';
import { PlanService } from './plan/plan.service.ts';
import { aCommunity, aDevice, aForecast, aReading, aSite, START_MS } from './testing/a-village.ts';

const QUARTER_MS = 900_000;
const SITES = ['home-1', 'home-2', 'home-3', 'home-4'];

interface Dispatcher {
  readonly app: INestApplication;
  readonly service: RunningService;
}

/** Some dispatchers on one database, and a field of four homes around them. */
class Field {
  readonly clock = new StepClock({ simMs: START_MS, speed: 300 });
  readonly archive = new MemoryArchive();
  readonly bus = new MemoryBus({ clock: this.clock, archive: this.archive });
  instances: Dispatcher[] = [];
  #sequence = 0;

  private constructor(private readonly url: string) {}

  static async start(url: string, count: number): Promise<Field> {
    const field = new Field(url);
    field.instances = await Promise.all(MemberBus.around(field.bus, count).map((bus) => field.#startOne(bus)));
    await field.bus.start();
    await field.publish(CommunityConfigured, [aCommunity()]);
    await field.publish(SiteConfigured, SITES.map(aSite));
    const devicesOf = (site: string): DeviceRegistered[] =>
      (['meter', 'load', 'inverter', 'battery'] as const).map((kind) => aDevice(`${site}-${kind}`, kind));
    await field.publish(DeviceRegistered, SITES.flatMap(devicesOf));
    return field;
  }

  get leader(): Dispatcher {
    return this.instances.find(({ app }) => app.get(Leadership).isLeading)!;
  }

  get standby(): Dispatcher {
    return this.instances.find(({ app }) => !app.get(Leadership).isLeading)!;
  }

  async publish<E extends EventDefinition>(event: E, payloads: PayloadOf<E>[]): Promise<void> {
    const time = this.clock.nowIso();
    const records = payloads.map((payload) => {
      const sequence = ++this.#sequence;
      return toRecord(event, payload, { id: `spec-${sequence}`, source: 'spec', time, sequence });
    });
    const delivered = this.bus.publish(records);
    await this.clock.runUntil(this.clock.now());
    await delivered;
  }

  /** Readings of all homes, every simulated minute of a quarter. */
  async live(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      const now = this.clock.now();
      const [loadW, pvW] = [1000 + 100 * (minute % 5), 0];
      const readings = SITES.flatMap((site) => [
        aReading(`${site}-load`, { powerW: loadW }, now),
        aReading(`${site}-inverter`, { powerW: pvW }, now),
        aReading(`${site}-battery`, { powerW: -500, socPct: 50 }, now),
        aReading(`${site}-meter`, { powerW: loadW + pvW - 500 }, now),
      ]);
      await this.publish(ReadingTaken, readings);
      await this.clock.runUntil(now + 60_000);
    }
  }

  forecast(): Promise<void> {
    const energies = { loadWh: 250, generationWh: 0 };
    return this.publish(
      ForecastPublished,
      SITES.map((site) => aForecast(site, energies, this.clock.now())),
    );
  }

  of<E extends EventDefinition>(event: E): PayloadOf<E>[] {
    return this.archive.records
      .filter(({ topic }) => topic === event.topic)
      .map(({ value }) => JSON.parse(value) as PayloadOf<E>)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  async stop(): Promise<void> {
    for (const { service } of this.instances) await service.stop();
    await this.bus.stop();
    this.clock.stop();
  }

  async #startOne(bus: MemberBus): Promise<Dispatcher> {
    const env = { DISPATCHER_KEY_SEED: 'spec', LOG_LEVEL: 'silent' };
    const runtime = { name: 'dispatcher', bus, clock: this.clock, effects: new RealEffects(), env };
    const app = await createService(AppModule, { ...runtime, databaseUrl: this.url });
    return { app, service: await startService(app) };
  }
}

describe('two dispatchers', () => {
  let database: FreshDatabase;
  let client: pg.Client;
  let field: Field | undefined;

  beforeAll(async () => {
    database = await freshDatabase(process.env['WATTMESH_TEST_DATABASE'], 'two_dispatchers');
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  afterEach(async () => {
    await field?.stop();
    field = undefined;
    await client.query('drop schema if exists dispatcher cascade');
  });

  async function liveWith(count: number) {
    field = await Field.start(database.url, count);
    await field.live(1);
    await field.forecast();
    await field.live(19);
    const seen = {
      plans: field.of(PlanPublished),
      schedules: field.of(ScheduleIssued),
      commands: field.of(CommandIssued),
    };
    await field.stop();
    field = undefined;
    await client.query('drop schema dispatcher cascade');
    return seen;
  }

  it('plan and command what one does: one plan per site and occasion, one command per correction', async () => {
    const byOne = await liveWith(1);
    expect(byOne.plans.length).toBeGreaterThanOrEqual(2 * SITES.length);
    expect(byOne.commands.length).toBeGreaterThan(SITES.length);
    expect(await liveWith(2)).toEqual(byOne);
  });

  it('hand over when the leader dies: the next one plans at once, with higher revisions, and repeats no command', async () => {
    field = await Field.start(database.url, 2);
    await field.live(1);
    await field.forecast();
    await field.live(5);
    const before = field.of(ScheduleIssued).length;
    const next = field.standby;
    await field.leader.service.kill();
    await expect.poll(() => next.app.get(Leadership).isLeading, { timeout: 5000, interval: 5 }).toBe(true);
    await field.live(6);
    const schedules = field.of(ScheduleIssued);
    expect(schedules.length).toBeGreaterThan(before);
    expect(new Set(schedules.map(({ deviceId, revision }) => `${deviceId} ${revision}`)).size).toBe(schedules.length);
    const commands = field.of(CommandIssued);
    expect(new Set(commands.map(({ commandId }) => commandId)).size).toBe(commands.length);
    expect(Math.max(...commands.map(({ issuedAt }) => Date.parse(issuedAt)))).toBeGreaterThan(START_MS + 360_000);
  });

  it('keep nothing of a plan that a leader of yesterday had in hand', async () => {
    field = await Field.start(database.url, 2);
    await field.live(1);
    await field.forecast();
    const [old, next] = [field.leader, field.standby];
    let term: Term | undefined;
    await old.app.get(Leadership).ifLeading((given) => Promise.resolve(void (term = given)));
    await old.app.get(Leadership).stop();
    await expect.poll(() => next.app.get(Leadership).isLeading, { timeout: 5000, interval: 5 }).toBe(true);
    const late = old.app.get(PlanService).planAll(START_MS + QUARTER_MS, term!);
    await expect(late).rejects.toMatchObject({ code: 'PLATFORM_LEADERSHIP_LOST' });
    expect((await client.query('select device_id from dispatcher.schedule')).rows).toEqual([]);
  });
});
