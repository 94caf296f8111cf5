import type { INestApplication, Type } from '@nestjs/common';
import { AppModule as Dispatcher } from '@wattmesh/dispatcher/app';
import { AppModule as Forecaster } from '@wattmesh/forecaster/app';
import { AppModule as Gateway } from '@wattmesh/gateway/app';
import { AppModule as Market } from '@wattmesh/market/app';
import {
  Logger,
  MemoryBus,
  Metrics,
  createService,
  startService,
  type Bus,
  type BusFaults,
  type Clock,
  type CrashError,
  type Effects,
  type RunningService,
} from '@wattmesh/platform';
import { EventLog } from '@wattmesh/platform/database';
import { AppModule as Portal } from '@wattmesh/portal/app';
import { AppModule as Settlement } from '@wattmesh/settlement/app';
import type { Drill } from '../drill/drills.ts';
import type { RunningStack } from './running-stack.ts';
import { serviceEnvironment, type StackPlaces } from './service-environment.ts';
import { TamperingBus } from './tampering-bus.ts';

const SERVICES = {
  portal: { app: Portal, hasDatabase: true },
  gateway: { app: Gateway, hasDatabase: false },
  forecaster: { app: Forecaster, hasDatabase: true },
  dispatcher: { app: Dispatcher, hasDatabase: true },
  market: { app: Market, hasDatabase: true },
  settlement: { app: Settlement, hasDatabase: true },
} as const satisfies Record<string, { app: Type; hasDatabase: boolean }>;
export type ServiceName = keyof typeof SERVICES;
/** The portal ends last: it keeps what the others still publish. */
const NAMES = Object.keys(SERVICES) as ServiceName[];
/** It starts last too: it is told where the others answer. */
const portalLast = (a: ServiceName, b: ServiceName): number => Number(a === 'portal') - Number(b === 'portal');

export interface StackOptions {
  readonly places: StackPlaces;
  readonly clock: Clock;
  readonly effects: Effects;
  readonly seed: number;
  /** Port of the portal; the others take any free one. */
  readonly portalPort: number;
  readonly drill?: Drill;
  readonly busFaults?: BusFaults;
  /** Where log lines go; absent: standard output. */
  readonly logTo?: (service: string) => Logger;
  readonly onCrash?: (error: CrashError) => void;
}

interface Living {
  readonly running: RunningService;
  readonly metrics: Metrics;
}

async function startOne(name: ServiceName, bus: Bus, options: StackOptions): Promise<Living> {
  const { app, hasDatabase } = SERVICES[name];
  const { places, clock, effects } = options;
  const metrics = new Metrics(name);
  const service: INestApplication = await createService(app, {
    name,
    bus,
    clock,
    effects,
    metrics,
    env: serviceEnvironment(places, options.seed),
    logger: options.logTo?.(name) ?? new Logger({ service: name, level: places.logLevel }),
    ...(hasDatabase ? { databaseUrl: places.databaseUrl } : {}),
    ...(options.onCrash ? { onCrash: options.onCrash } : {}),
  });
  return { metrics, running: await startService(service, { port: name === 'portal' ? options.portalPort : 0 }) };
}

/** Every service of the control plane in this process, on one in-memory bus. */
export class Stack implements RunningStack {
  #hasEnded = false;

  private constructor(
    /** Every event so far. */
    readonly eventLog: EventLog,
    private readonly bus: Bus,
    private readonly services: ReadonlyMap<ServiceName, Living>,
  ) {}

  get urls(): Readonly<Record<ServiceName, string>> {
    return Object.fromEntries([...this.services].map(([name, { running }]) => [name, running.url])) as Record<
      ServiceName,
      string
    >;
  }

  /** Starts all services from whatever their databases and logs hold. A service that does not come up ends all of them. */
  static async start(options: StackOptions): Promise<Stack> {
    const { places, clock } = options;
    const eventLog = await EventLog.open(places.databaseUrl);
    const memory = new MemoryBus({
      clock,
      archive: eventLog,
      serial: places.isStepped,
      ...(options.busFaults ? { faults: options.busFaults } : {}),
    });
    const bus = options.drill?.tamper ? new TamperingBus(memory, options.drill.tamper, options.seed) : memory;
    const services = new Map<ServiceName, Living>();
    const stack = new Stack(eventLog, bus, services);
    try {
      for (const name of NAMES.toSorted(portalLast)) {
        const told = { ...options, places: { ...places, urls: stack.urls } };
        services.set(name, await startOne(name, bus, told));
      }
      await bus.start();
    } catch (error) {
      await stack.kill();
      throw error;
    }
    return stack;
  }

  /** Names of services that are not ready yet. */
  async notReady(): Promise<ServiceName[]> {
    const answers = await Promise.all(
      (Object.entries(this.urls) as [ServiceName, string][]).map(async ([name, url]) => ({
        name,
        ok: (await fetch(`${url}/health/ready`)).ok,
      })),
    );
    return answers.filter(({ ok }) => !ok).map(({ name }) => name);
  }

  /** The worst service's 99th percentile of simulated ms from an event's time to its commit. */
  lagP99Ms(): number {
    return Math.max(
      0,
      ...[...this.services.values()].map(({ metrics }) => metrics.snapshot()['wattmesh_event_lag_ms']?.p99 ?? 0),
    );
  }

  /** Ends all services in order: nothing new is taken, what is in hand is finished. The event log can still be read. */
  async stopServices(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const name of NAMES.toReversed()) await this.services.get(name)?.running.stop();
    await this.bus.stop();
  }

  /** Ends the services, where they have not ended, and closes the event log. */
  async stop(): Promise<void> {
    await this.stopServices();
    await this.eventLog.close();
  }

  /** Drops everything at once, as a power cut would. */
  async kill(): Promise<void> {
    await Promise.allSettled([...this.services.values()].map(({ running }) => running.kill()));
    await this.bus.stop();
    await this.eventLog.close();
  }
}
