import { Module } from '@nestjs/common';
import { PortalConfig } from '../portal.config.ts';
import { RegistryController } from './registry.controller.ts';
import { RegistryService } from './registry.service.ts';

@Module({ controllers: [RegistryController], providers: [RegistryService, PortalConfig.provider] })
export class RegistryModule {}
