import { Global, Module } from '@nestjs/common';
import { PortalConfig } from '../portal.config.ts';
import { DirectoryController } from './directory.controller.ts';
import { DirectoryService } from './directory.service.ts';

/** Every view names communities, members and sites: what is registered is in reach of all. */
@Global()
@Module({
  controllers: [DirectoryController],
  providers: [DirectoryService, PortalConfig.provider],
  exports: [DirectoryService, PortalConfig],
})
export class DirectoryModule {}
