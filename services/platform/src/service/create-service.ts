import { StandardSchemaValidationPipe, type INestApplication, type Type } from '@nestjs/common';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { BusStrategy } from '../consumer/bus.strategy.ts';
import { ConsumerStore } from '../consumer/consumer-store.ts';
import { DomainErrorFilter } from './domain-error.filter.ts';
import { logLevelOf } from './environment.config.ts';
import { HttpSetup } from './http-setup.ts';
import { Lifetime } from './lifetime.ts';
import { Logger } from './logger.ts';
import { MemoryConsumerStore } from '../consumer/memory-consumer.store.ts';
import { Metrics } from './metrics.ts';
import { NestLogger } from './nest-logger.ts';
import { EventProducer } from './event-producer.ts';
import { ServiceContext, type Runtime } from './runtime.ts';
import { ServiceBus } from './service-bus.ts';
import { ServiceClock } from './service-clock.ts';
import { ServiceEffects } from './service-effects.ts';
import { ServiceModule } from './service.module.ts';

/** A service that listens and consumes. */
export interface RunningService {
  url: string;
  /** Ends in order: no new events, the ones in hand finished, connections closed. */
  stop(): Promise<void>;
  /** Drops everything at once; afterwards nothing of the service touches database, bus or chain. */
  kill(): Promise<void>;
}

/** The largest body is the registry of a community: 4 MB hold some thousands of homes. */
const BODY_LIMIT = '4mb';

/** Creates the application of a service on a runtime: database migrated, not listening, not subscribed. */
export async function createService(appModule: Type, runtime: Runtime): Promise<INestApplication> {
  const service = contextOf(runtime);
  const logger = new NestLogger(service.logger);
  const creating = NestFactory.create<NestExpressApplication>(ServiceModule.around(appModule, service), {
    logger,
    abortOnError: false,
  });
  const app = await orDie(service, creating);
  app.useBodyParser('json', { limit: BODY_LIMIT });
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  app.useGlobalFilters(new DomainErrorFilter(service.logger));
  partOf(app, HttpSetup)?.setUp(app);
  return app;
}

/** Listens on 127.0.0.1 (port 0: any free one), subscribes the handlers and starts the outbox relay. */
export async function startService(app: INestApplication, options: { port?: number } = {}): Promise<RunningService> {
  const service = app.get(ServiceContext, { strict: false });
  const server = app.getHttpServer() as Server;
  service.lifetime.onKill(() => {
    server.close();
    server.closeAllConnections();
  });
  const store = partOf(app, ConsumerStore) ?? new MemoryConsumerStore(service.bus);
  const strategy = new BusStrategy(app, service, store);
  app.connectMicroservice<CustomStrategy>({ strategy });
  const producer = partOf(app, EventProducer);
  const start = async (): Promise<void> => {
    await app.listen(options.port ?? 0, '127.0.0.1');
    await store.prune();
    await app.startAllMicroservices();
    await producer?.start();
  };
  await orDie(service, start());
  return {
    url: await app.getUrl(),
    stop: async () => {
      service.clock.stop();
      // Before the relay: what the events in hand still publish leaves by it.
      await strategy.close();
      await producer?.stop();
      server.closeAllConnections();
      await app.close();
    },
    kill: async () => {
      service.lifetime.kill();
      // Frees sockets and workers; whatever the hooks still try is refused, and that is meant.
      await app.close().catch(() => undefined);
    },
  };
}

/** A service that does not come up leaves nothing open behind it. */
async function orDie<T>(service: ServiceContext, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    service.lifetime.kill();
    throw error;
  }
}

/** The provider of a kind that only some services have. */
function partOf<T>(app: INestApplication, kind: abstract new (...args: never[]) => T): T | undefined {
  const providers = app.get(DiscoveryService, { strict: false }).getProviders();
  return providers
    .map((provider) => provider.instance as unknown)
    .find((instance): instance is T => instance instanceof kind);
}

function contextOf(runtime: Runtime): ServiceContext {
  const lifetime = new Lifetime(runtime.name, runtime.onCrash);
  return {
    ...runtime,
    lifetime,
    bus: new ServiceBus(runtime.bus, lifetime),
    clock: new ServiceClock(runtime.clock, lifetime),
    effects: new ServiceEffects(runtime.effects, lifetime),
    logger: runtime.logger ?? new Logger({ service: runtime.name, level: logLevelOf(runtime.env) }),
    metrics: runtime.metrics ?? new Metrics(runtime.name),
  };
}
