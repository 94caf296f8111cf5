import { Controller } from '@nestjs/common';
import { CommunityConfigured, DeviceRegistered, MeterEnrolled, SiteConfigured } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import { RegistryService } from './registry.service.ts';

@Controller()
export class RegistryController {
  constructor(private readonly registry: RegistryService) {}

  @OnEvent(CommunityConfigured)
  onCommunities(communities: CommunityConfigured[]): Promise<void> {
    return this.registry.keep(
      'community',
      communities.map((community) => [community.communityId, community] as const),
    );
  }

  @OnEvent(SiteConfigured)
  onSites(sites: SiteConfigured[]): Promise<void> {
    return this.registry.keep(
      'site',
      sites.map((site) => [site.siteId, site] as const),
    );
  }

  @OnEvent(DeviceRegistered)
  onDevices(devices: DeviceRegistered[]): Promise<void> {
    return this.registry.keep(
      'device',
      devices.map((device) => [device.deviceId, device] as const),
    );
  }

  @OnEvent(MeterEnrolled)
  onMeters(meters: MeterEnrolled[]): Promise<void> {
    return this.registry.keep(
      'meter',
      meters.map((meter) => [meter.meterId, meter] as const),
    );
  }
}
