import { Module } from '@nestjs/common';
import { SiteModule } from '../site/site.module.ts';
import { RegistryController } from './registry.controller.ts';
import { RegistryService } from './registry.service.ts';

@Module({ imports: [SiteModule], controllers: [RegistryController], providers: [RegistryService] })
export class RegistryModule {}
