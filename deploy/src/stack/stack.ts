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

export interface StackOptions {
  readonly places: StackPlaces;
  readonly clock: Clock;
  readonly effects: Effects;
  readonly seed: number;
  /** Port of the portal; the others take any free one. */
  readonly portalPort: number;
  /** One delivery at a time: for the step clock. */
  readonly isSerial: boolean;
  readonly drill?: Drill;
  readonly busFaults?: BusFaults;
  /** Where log lines go; absent: standard output. */
  readonly logTo?: (service: string) => Logger;
  readonly onCrash?: (error: CrashError) => void;
}

/** Every service of the control plane in this process, on one in-memory bus. */
export class Stack {
  #hasEnded = false;

  private constructor(
    readonly urls: Readonly<Record<ServiceName, string>>,
    readonly eventLog: EventLog,
    private readonly bus: Bus,
    private readonly running: readonly RunningService[],
    private readonly metrics: ReadonlyMap<string, Metrics>,
  ) {}

  /** Starts all services from whatever their databases and logs hold. A service that does not come up ends all of them. */
  static async start(options: StackOptions): Promise<Stack> {
    const { places, clock, effects } = options;
    const eventLog = await EventLog.open(places.databaseUrl);
    const memory = new MemoryBus({
      clock,
      archive: eventLog,
      serial: options.isSerial,
      ...(options.busFaults ? { faults: options.busFaults } : {}),
    });
    const bus = options.drill?.tamper ? new TamperingBus(memory, options.drill.tamper, options.seed) : memory;
    const env = serviceEnvironment(places, options.seed);
    const running: RunningService[] = [];
    const metrics = new Map<string, Metrics>();
    const urls: Partial<Record<ServiceName, string>> = {};
    try {
      for (const name of Object.keys(SERVICES) as ServiceName[]) {
        const { app, hasDatabase } = SERVICES[name];
        const own = new Metrics(name);
        metrics.set(name, own);
        const service: INestApplication = await createService(app, {
          name,
          bus,
          clock,
          effects,
          env,
          metrics: own,
          logger: options.logTo?.(name) ?? new Logger({ service: name, level: places.logLevel }),
          ...(hasDatabase ? { databaseUrl: places.databaseUrl } : {}),
          ...(options.onCrash ? { onCrash: options.onCrash } : {}),
        });
        const started = await startService(service, { port: name === 'portal' ? options.portalPort : 0 });
        running.push(started);
        urls[name] = started.url;
      }
      await bus.start();
    } catch (error) {
      await Promise.allSettled(running.map((service) => service.kill()));
      await bus.stop();
      await eventLog.close();
      throw error;
    }
    return new Stack(urls as Record<ServiceName, string>, eventLog, bus, running, metrics);
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
      ...[...this.metrics.values()].map((metrics) => metrics.snapshot()['wattmesh_event_lag_ms']?.p99 ?? 0),
    );
  }

  /** Ends all services in order: nothing new is taken, what is in hand is finished. The event log can still be read. */
  async stopServices(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const service of this.running.toReversed()) await service.stop();
    await this.bus.stop();
  }

  /** Ends the services, where they have not ended, and closes the event log. */
  async stop(): Promise<void> {
    await this.stopServices();
    await this.eventLog.close();
  }

  /** Drops everything at once, as a power cut would. */
  async kill(): Promise<void> {
    await Promise.allSettled(this.running.map((service) => service.kill()));
    await this.bus.stop();
    await this.eventLog.close();
  }
}
