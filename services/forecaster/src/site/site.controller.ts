import { Controller } from '@nestjs/common';
import { DeviceRegistered, SiteConfigured } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { SiteService } from './site.service.ts';

@Controller()
export class SiteController {
  constructor(private readonly sites: SiteService) {}

  @OnEvent(SiteConfigured)
  onSites(sites: SiteConfigured[], tx: EntityManager): Promise<void> {
    return this.sites.keepSites(sites, tx);
  }

  @OnEvent(DeviceRegistered)
  onDevices(devices: DeviceRegistered[], tx: EntityManager): Promise<void> {
    return this.sites.keepDevices(devices, tx);
  }
}
