import { Controller } from '@nestjs/common';
import { CommunityConfigured, DeviceRegistered, SiteConfigured } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { CommunityEntity, DeviceEntity, SiteEntity } from './site.entity.ts';

/** Keeps the registry's newest word on communities, sites and devices. */
@Controller()
export class SiteController {
  @OnEvent(CommunityConfigured)
  async onCommunities(communities: CommunityConfigured[], tx: EntityManager): Promise<void> {
    for (const payload of communities) await tx.save(CommunityEntity, { communityId: payload.communityId, payload });
  }

  @OnEvent(SiteConfigured)
  async onSites(sites: SiteConfigured[], tx: EntityManager): Promise<void> {
    for (const payload of sites)
      await tx.save(SiteEntity, { siteId: payload.siteId, communityId: payload.communityId, payload });
  }

  @OnEvent(DeviceRegistered)
  async onDevices(devices: DeviceRegistered[], tx: EntityManager): Promise<void> {
    for (const payload of devices)
      await tx.save(DeviceEntity, { deviceId: payload.deviceId, siteId: payload.siteId, payload });
  }
}
