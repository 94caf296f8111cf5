import { Module } from '@nestjs/common';
import { ServiceHealthController } from './service-health.controller.ts';
import { ServiceHealthService } from './service-health.service.ts';

@Module({ controllers: [ServiceHealthController], providers: [ServiceHealthService] })
export class ServiceHealthModule {}
