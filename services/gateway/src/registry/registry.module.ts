import { Module } from '@nestjs/common';
import { SiteModule } from '../site/site.module.ts';
import { RegistryController } from './registry.controller.ts';
import { RegistryService } from './registry.service.ts';
import { StoresCheck } from './stores.check.ts';

@Module({
  imports: [SiteModule],
  controllers: [RegistryController],
  providers: [RegistryService, StoresCheck],
  exports: [RegistryService],
})
export class RegistryModule {}
