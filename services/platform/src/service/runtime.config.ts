import { z } from 'zod';
import { ScaledClock } from '../clock/clock.ts';
import { configOf } from './config.ts';
import { DomainError } from './domain-error.ts';
import { RealEffects } from './effects.ts';
import { processEnvironment } from './environment.config.ts';
import { Logger } from './logger.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import type { Runtime } from './runtime.ts';

const REAL_TIME = '0,0,1';

const ClockSetting = z
  .string()
  .regex(/^\d+(\.\d+)?,\d+(\.\d+)?,\d+(\.\d+)?$/, 'give wallMs,simMs,speed')
  .transform((setting) => setting.split(',').map(Number) as [number, number, number])
  .refine(([, , speed]) => speed > 0, 'the speed must be positive');

/** Environment variables of any service. */
export class PlatformConfig extends configOf(
  z.object({
    WATTMESH_CLOCK: ClockSetting.prefault(REAL_TIME),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    WATTMESH_BUS: z.enum(['memory', 'kafka']).default('memory'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  }),
) {}

/** A bus was asked for that is not built yet. */
export class BusUnavailableError extends DomainError {
  readonly code = 'PLATFORM_BUS_UNAVAILABLE';

  constructor(bus: string) {
    super(`the ${bus} bus is not built yet: set WATTMESH_BUS=memory and run all services in one process`);
  }
}

/** A runtime made from the environment, with its logger, and the port to listen on. */
export async function runtimeFromEnvironment(
  name: string,
): Promise<{ runtime: Runtime & { logger: Logger }; port?: number }> {
  const env = processEnvironment();
  const config = new PlatformConfig(env);
  const logger = new Logger({ service: name, level: config.LOG_LEVEL });
  if (config.WATTMESH_BUS !== 'memory') throw new BusUnavailableError(config.WATTMESH_BUS);
  const [wallMs, simMs, speed] = config.WATTMESH_CLOCK;
  const onError = (timer: string, error: unknown): void => logger.error({ timer, err: error }, 'a timer failed');
  const clock = new ScaledClock({ wallMs, simMs, speed, onError });
  const { DATABASE_URL: databaseUrl, PORT: port } = config;
  const archive = databaseUrl === undefined ? {} : { archive: await openArchive(databaseUrl) };
  const runtime = { name, env, logger, clock, bus: new MemoryBus({ clock, ...archive }), effects: new RealEffects() };
  return {
    runtime: databaseUrl === undefined ? runtime : { ...runtime, databaseUrl },
    ...(port === undefined ? {} : { port }),
  };
}

/** Loaded on demand: a service without a database never loads the driver. */
async function openArchive(databaseUrl: string) {
  const { EventLog } = await import('../database/event-log.ts');
  return EventLog.open(databaseUrl);
}
