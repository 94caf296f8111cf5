import type { EventDefinition, PayloadOf } from '@wattmesh/events';
import {
  createService,
  MemberBus,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  type Bus,
  type RunningService,
} from '@wattmesh/platform';
import { EventLog, freshDatabase, type FreshDatabase } from '@wattmesh/platform/database';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { AppModule } from '../app.module.ts';
import type { RegistryDocument } from '../registry/registry.schema.ts';
import { LANE_START, recordsOf } from './a-lane.ts';

const TOKEN = 'the token of the operator';

/** Portals on a database of their own, a step clock and a memory bus that keeps the event log. */
export class PortalBench {
  clock = new StepClock({ simMs: LANE_START, speed: 60 });
  service!: RunningService;
  readonly #services: RunningService[] = [];

  readonly bus: MemoryBus;

  private constructor(
    private readonly database: FreshDatabase,
    private readonly log: EventLog,
  ) {
    this.bus = new MemoryBus({ archive: log });
  }

  static async open(serverUrl: string | undefined, name: string): Promise<PortalBench> {
    const database = await freshDatabase(serverUrl, name);
    const log = await EventLog.open(database.url);
    const bench = new PortalBench(database, log);
    await bench.bus.start();
    return bench;
  }

  async close(): Promise<void> {
    for (const service of this.#services.splice(0)) await service.stop();
    await this.bus.stop();
    this.clock.stop();
    await this.log.close();
    await this.database.drop();
  }

  async start(env: Record<string, string> = {}, bus: Bus = this.bus): Promise<RunningService> {
    const runtime = {
      name: 'portal',
      bus,
      clock: this.clock,
      effects: new RealEffects(),
      databaseUrl: this.database.url,
    };
    const app = await createService(AppModule, {
      ...runtime,
      env: { LOG_LEVEL: 'silent', PORTAL_REGISTRATION_TOKEN: TOKEN, PORTAL_DASHBOARD: '/nowhere', ...env },
    });
    this.service = await startService(app);
    this.#services.push(this.service);
    return this.service;
  }

  /** Two instances, which share the group's records out between them. */
  async startTwo(): Promise<RunningService[]> {
    return Promise.all(MemberBus.around(this.bus, 2).map((bus) => this.start({}, bus)));
  }

  async kill(service: RunningService): Promise<void> {
    await service.kill();
    this.#services.splice(this.#services.indexOf(service), 1);
  }

  async register(document: RegistryDocument): Promise<void> {
    const answer = await fetch(`${this.service.url}/api/v1/communities`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(document),
    });
    if (answer.status !== 200) throw new Error(await answer.text());
  }

  /** Resolves when every group has handled them. */
  async publish<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): Promise<void> {
    await this.bus.publish(recordsOf(event, payloads));
  }

  async get(path: string, service = this.service): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${service.url}${path}`);
    return { status: answer.status, body: await answer.json() };
  }

  /** Answer of a route, which is what its schema says and nothing more. */
  async view<S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>> {
    const { status, body } = await this.get(path);
    if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
    const parsed = schema.parse(body);
    if (!isDeepStrictEqual(parsed, body))
      throw new Error(`${path}: more than its schema names: ${JSON.stringify(body)}`);
    return parsed;
  }
}
