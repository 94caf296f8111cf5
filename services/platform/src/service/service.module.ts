import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Bus } from '../bus/bus.ts';
import { Clock } from '../clock/clock.ts';
import { Effects } from './effects.ts';
import { ENV } from './environment.config.ts';
import { HealthController } from './health.controller.ts';
import { Lifetime } from './lifetime.ts';
import { Logger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { MetricsController } from './metrics.controller.ts';
import { ServiceContext } from './runtime.ts';

/** Wraps a service's own module with what the platform provides everywhere. */
@Global()
@Module({})
export class ServiceModule {
  static around(appModule: Type, service: ServiceContext): DynamicModule {
    const providers = [
      { provide: ServiceContext, useValue: service },
      { provide: Clock, useValue: service.clock },
      { provide: Bus, useValue: service.bus },
      { provide: Effects, useValue: service.effects },
      { provide: Logger, useValue: service.logger },
      { provide: Metrics, useValue: service.metrics },
      { provide: Lifetime, useValue: service.lifetime },
      { provide: ENV, useValue: service.env },
    ];
    return {
      module: ServiceModule,
      imports: [DiscoveryModule, appModule],
      controllers: [HealthController, MetricsController],
      providers,
      exports: [...providers.map(({ provide }) => provide), DiscoveryModule],
    };
  }
}
