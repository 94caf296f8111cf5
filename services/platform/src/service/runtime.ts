import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock/clock.ts';
import type { CrashError, Effects } from './effects.ts';
import type { Environment } from './environment.config.ts';
import type { Lifetime } from './lifetime.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** What a service runs on: given from outside, so that one process can hold many services. */
export interface Runtime {
  /** Name of the service: its consumer group, its source in events. */
  name: string;
  bus: Bus;
  clock: Clock;
  effects: Effects;
  env: Environment;
  databaseUrl?: string;
  logger?: Logger;
  metrics?: Metrics;
  /** Told when an effect threw a CrashError; the service has been killed by then. */
  onCrash?: (error: CrashError) => void;
}

/** A runtime as the inside of one service sees it: everything stops when the service is killed. */
export abstract class ServiceContext implements Runtime {
  abstract readonly name: string;
  abstract readonly bus: Bus;
  abstract readonly clock: Clock;
  abstract readonly effects: Effects;
  abstract readonly env: Environment;
  abstract readonly databaseUrl?: string;
  abstract readonly logger: Logger;
  abstract readonly metrics: Metrics;
  abstract readonly lifetime: Lifetime;
}
