import { join } from 'node:path';
import { EventLog } from '@wattmesh/platform/database';
import { stablePorts } from '../local/ports.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { serviceEnvironment, type StackPlaces } from '../stack/service-environment.ts';
import type { Roster } from '../supervise/roster.ts';
import { chooseEnvironment } from './choose-environment.ts';
import type { ClockLine } from './clock-line.ts';
import { nameInstances, type Instance, type ServiceName } from './name-instances.ts';
import { readGauge } from '@wattmesh/portal/read-gauge';
import { ServiceProcess } from './service-process.ts';

const LAG_GAUGE = 'wattmesh_event_lag_p99_ms';
const LOOK_AT_LAG_EVERY_MS = 10_000;
/** The forecaster holds its history and trains; the others hold hardly anything. */
const HEAP_MB: Partial<Record<ServiceName, number>> = { forecaster: 512 };
const SMALL_HEAP_MB = 256;

export interface ProcessStackOptions {
  readonly places: StackPlaces;
  readonly brokers: readonly string[];
  readonly seed: number;
  /** Port of the portal (0: any free one); the others take any free one. */
  readonly portalPort: number;
  /** Processes of each service that may run in several. */
  readonly instances: number;
  readonly clock: ClockLine;
  readonly roster: Roster;
  readonly logFolder: string;
  readonly say: (line: string) => void;
  /** Resolves when the event log holds every event that was published; else answers why it does not. */
  readonly waitUntilArchived: () => Promise<string | undefined>;
}

interface Member extends Instance {
  readonly process: ServiceProcess;
}

/** Every service of the control plane in processes of its own, on Kafka. */
export class ProcessStack implements RunningStack {
  #worstLagMs = 0;
  #lagTimer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  private constructor(
    private readonly options: ProcessStackOptions,
    readonly eventLog: EventLog,
    private readonly members: readonly Member[],
  ) {}

  /** Starts all processes; whether they come up is for `notReady` to tell. */
  static async start(options: ProcessStackOptions): Promise<ProcessStack> {
    const instances = nameInstances(options.instances);
    const ports = await stablePorts(instances.length);
    const portOf = ({ name }: Instance, index: number): number =>
      name === 'portal' && options.portalPort !== 0 ? options.portalPort : (ports[index] ?? 0);
    const urls = Object.fromEntries(
      instances.map((instance, index) => [instance.name, `http://127.0.0.1:${portOf(instance, index)}`]),
    );
    const told = { ...options, places: { ...options.places, urls } };
    const members = instances.map((instance, index) => ({
      ...instance,
      process: processOf(instance, told, portOf(instance, index)),
    }));
    const stack = new ProcessStack(options, await EventLog.open(options.places.databaseUrl), members);
    await Promise.all(members.map(({ process }) => process.start()));
    stack.#lagTimer = setInterval(() => void stack.#lookAtLag(), LOOK_AT_LAG_EVERY_MS);
    return stack;
  }

  get urls(): Readonly<Record<ServiceName, string>> & Readonly<Record<string, string>> {
    return Object.fromEntries(this.members.map(({ name, process }) => [name, process.url])) as Record<
      ServiceName,
      string
    >;
  }

  async notReady(): Promise<string[]> {
    const answers = await Promise.all(
      this.members.map(async ({ name, process }) => ({ name, isReady: await process.isReady() })),
    );
    return answers.filter(({ isReady }) => !isReady).map(({ name }) => name);
  }

  /** Of every life of every process, as far as it was looked at. */
  async lagP99Ms(): Promise<number> {
    await this.#lookAtLag();
    return this.#worstLagMs;
  }

  /** The portal ends last: it copies what the others still publish into the event log. */
  async stopServices(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#lagTimer);
    const services = Map.groupBy(this.members, ({ service }) => service);
    const portals = services.get('portal') ?? [];
    services.delete('portal');
    await Promise.all([...services.values()].map(endOneByOne));
    const missing = await this.options.waitUntilArchived();
    if (missing !== undefined) this.options.say(missing);
    await endOneByOne(portals);
  }

  async stop(): Promise<void> {
    await this.stopServices();
    await this.eventLog.close();
  }

  async #lookAtLag(): Promise<void> {
    const texts = await Promise.all(this.members.map(({ process }) => process.metrics()));
    const lags = texts.map((text) => (text === undefined ? 0 : (readGauge(text, LAG_GAUGE) ?? 0)));
    this.#worstLagMs = Math.max(this.#worstLagMs, ...lags);
  }
}

/** The last instance sends what the earlier ones left in their common outbox. */
async function endOneByOne(members: readonly Member[]): Promise<void> {
  for (const { process } of members.toReversed()) await process.stop();
}

function processOf({ name, service }: Instance, options: ProcessStackOptions, port: number): ServiceProcess {
  const { places, brokers, clock, roster, logFolder, say } = options;
  const env = chooseEnvironment(service, {
    machine: process.env,
    settings: serviceEnvironment(places, options.seed),
    told: { WATTMESH_BUS: 'kafka', KAFKA_BROKERS: brokers.join(',') },
    databaseUrl: places.databaseUrl,
  });
  return new ServiceProcess(
    {
      name,
      script: join('services', service, 'dist', 'main.js'),
      env,
      heapMb: HEAP_MB[service] ?? SMALL_HEAP_MB,
      logFolder,
      port,
    },
    { clock, roster, say },
  );
}
