import type { Type } from '@nestjs/common';
import { createService, startService } from './create-service.ts';
import { DomainError } from './domain-error.ts';
import { followParent } from './parent.link.ts';
import { runtimeFromEnvironment } from './runtime.config.ts';

const LINGER_MS = 500;

/**
 * `main.ts` of every service: the runtime from the environment, until the process is told to end. What the person who
 * started it can mend is one line on standard error, and exit code 2.
 */
export async function bootstrap(appModule: Type, name: string): Promise<void> {
  try {
    await run(appModule, name);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(2);
  }
}

async function run(appModule: Type, name: string): Promise<void> {
  const { runtime, port } = await runtimeFromEnvironment(name);
  const { bus, clock, logger } = runtime;
  let end = (): Promise<void> => Promise.resolve(process.exit(0));
  followParent(clock, () => void end());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  const app = await createService(appModule, runtime);
  const service = await startService(app, port === undefined ? {} : { port });
  await bus.start();
  logger.info({ url: service.url }, 'listening');
  end = async (): Promise<void> => {
    end = () => Promise.resolve();
    await service.stop();
    await bus.stop();
    clock.stop();
    process.disconnect?.();
    // What a client still tries by itself, with a broker that is away, must not outlive the service and act after it.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  };
}
