import type { INestApplication } from '@nestjs/common';
import { IntervalCleared, type EventDefinition, type PayloadOf } from '@wattmesh/events';
import {
  createService,
  MemberBus,
  MemoryArchive,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  type RunningService,
} from '@wattmesh/platform';
import { Leadership } from '@wattmesh/platform/database';
import { EntityManager } from 'typeorm';
import { AppModule } from '../app.module.ts';
import { recordsOf, START } from './a-village.ts';

const LOOKS = 20_000;

/** An instance of the market. */
export interface Market {
  readonly app: INestApplication;
  readonly service: RunningService;
}

/** Some instances of the market on one database and one group of a bus that shares records out by key. */
export class Markets {
  readonly clock = new StepClock({ simMs: START, speed: 1 });
  readonly archive = new MemoryArchive();
  readonly bus = new MemoryBus({ clock: this.clock, archive: this.archive });
  instances: Market[] = [];

  private constructor(private readonly databaseUrl: string) {}

  static async start(databaseUrl: string, count: number): Promise<Markets> {
    const markets = new Markets(databaseUrl);
    const members = MemberBus.around(markets.bus, count);
    markets.instances = await Promise.all(members.map((member) => markets.startOne(member)));
    await markets.bus.start();
    return markets;
  }

  get leader(): Market {
    return this.instances.find(({ app }) => app.get(Leadership).isLeading)!;
  }

  get standby(): Market {
    return this.instances.find(({ app }) => !app.get(Leadership).isLeading)!;
  }

  async publish<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): Promise<void> {
    const delivered = this.bus.publish(recordsOf(event, ...payloads));
    await this.clock.runUntil(this.clock.now());
    await delivered;
    await this.relayed();
  }

  /** Everything committed has left: what a waiting instance commits, the leader hears of by the wall. */
  async relayed(): Promise<void> {
    const database = this.leader.app.get(EntityManager);
    for (let look = 0; look < LOOKS; look += 1) {
      await this.clock.runUntil(this.clock.now());
      const waiting: unknown[] = await database.query('select id from outbox limit 1');
      if (waiting.length === 0) return this.clock.runUntil(this.clock.now());
    }
    throw new Error('the outbox is not relayed');
  }

  /** What was cleared, in the order in which it is listed here whatever order it came in. */
  cleared(): IntervalCleared[] {
    const values = this.archive.records.filter(({ topic }) => topic === IntervalCleared.topic);
    return values
      .map(({ value }) => JSON.parse(value) as IntervalCleared)
      .sort((a, b) => a.intervalStart.localeCompare(b.intervalStart) || (a.run < b.run ? 1 : -1));
  }

  async stop(): Promise<void> {
    for (const { service } of this.instances) await service.stop();
    await this.bus.stop();
    this.clock.stop();
  }

  private async startOne(bus: MemberBus): Promise<Market> {
    const runtime = { name: 'market', bus, clock: this.clock, effects: new RealEffects() };
    const env = { LOG_LEVEL: 'silent' };
    const app = await createService(AppModule, { ...runtime, env, databaseUrl: this.databaseUrl });
    return { app, service: await startService(app) };
  }
}
