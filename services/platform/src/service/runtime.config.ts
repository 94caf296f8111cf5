import { z } from 'zod';
import { clockOf, ClockSetting, type Clock } from '../clock/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { configOf } from './config.ts';
import { RealEffects } from './effects.ts';
import { processEnvironment } from './environment.config.ts';
import { Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import type { Runtime } from './runtime.ts';

const REAL_TIME = '0,0,1';

const Brokers = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'give HOST:PORT, or several with commas')
  .transform((list) => list.split(','));

/** Environment variables of any service. */
export class PlatformConfig extends configOf(
  z.object({
    /** How simulated time follows the wall: wallMs,simMs,speed. */
    WATTMESH_CLOCK: ClockSetting.prefault(REAL_TIME),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    WATTMESH_BUS: z.enum(['memory', 'kafka']).default('memory'),
    KAFKA_BROKERS: Brokers.prefault('127.0.0.1:9092'),
    /** Wall time from which the service consumes everything again; what it has applied already changes nothing. */
    KAFKA_REPLAY_FROM: z.iso.datetime().optional(),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  }),
) {}

/** A runtime made from the environment, with its logger, and the port to listen on. */
export async function runtimeFromEnvironment(
  name: string,
): Promise<{ runtime: Runtime & { logger: Logger }; port?: number }> {
  const env = processEnvironment();
  const config = new PlatformConfig(env);
  const logger = new Logger({ service: name, level: config.LOG_LEVEL });
  const onError = (timer: string, error: unknown): void => logger.error({ timer, err: error }, 'a timer failed');
  const clock = clockOf(config.WATTMESH_CLOCK, { onError });
  const { DATABASE_URL: databaseUrl, PORT: port } = config;
  const metrics = new Metrics(name);
  const bus = await busOf(config, { name, clock, logger, metrics });
  const runtime = { name, env, logger, metrics, clock, bus, effects: new RealEffects() };
  return {
    runtime: databaseUrl === undefined ? runtime : { ...runtime, databaseUrl },
    ...(port === undefined ? {} : { port }),
  };
}

/** Loaded on demand: a service without a database never loads its driver, nor one without Kafka its client. */
async function busOf(
  { WATTMESH_BUS, KAFKA_BROKERS, KAFKA_REPLAY_FROM, DATABASE_URL }: PlatformConfig,
  { name, clock, logger, metrics }: { name: string; clock: Clock; logger: Logger; metrics: Metrics },
): Promise<Bus> {
  if (WATTMESH_BUS === 'kafka') {
    const { KafkaBus } = await import('../kafka/kafka.bus.ts');
    const replay = KAFKA_REPLAY_FROM === undefined ? {} : { replayFrom: new Date(KAFKA_REPLAY_FROM) };
    return new KafkaBus({ brokers: KAFKA_BROKERS, clientId: name, logger, metrics, ...replay });
  }
  if (DATABASE_URL === undefined) return new MemoryBus({ clock });
  const { EventLog } = await import('../database/event-log.ts');
  return new MemoryBus({ clock, archive: await EventLog.open(DATABASE_URL) });
}
