import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { CommunityConfigured, DeviceRegistered, MeterEnrolled, SiteConfigured } from '@wattmesh/events';
import { ServiceContext } from '@wattmesh/platform';
import type { Cancel } from '@wattmesh/platform/clock';
import { GatewayConfig } from '../gateway.config.ts';
import { SitesService } from '../site/sites.service.ts';
import { LogStore } from '../store/log.store.ts';
import { assembleSites } from './assemble-sites.ts';

/** What the registry keeps, by the prefix of its keys. */
export interface RegistryEntry {
  community: CommunityConfigured;
  site: SiteConfigured;
  device: DeviceRegistered;
  meter: MeterEnrolled;
}

/** Keeps what the portal registered, so that the gateway starts without a broker, and hands complete sites over. */
@Injectable()
export class RegistryService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly store: LogStore;
  private cancelApply: Cancel | undefined;

  constructor(
    config: GatewayConfig,
    private readonly service: ServiceContext,
    private readonly sites: SitesService,
  ) {
    this.store = new LogStore({ folder: join(config.GATEWAY_STORE, 'registry'), effects: service.effects });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.apply();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }

  /** Keeps entries by id; what is known already changes nothing. */
  async keep<K extends keyof RegistryEntry>(
    kind: K,
    entries: readonly (readonly [string, RegistryEntry[K]])[],
  ): Promise<void> {
    const isNew = ([id, entry]: readonly [string, RegistryEntry[K]]): boolean =>
      JSON.stringify(this.store.get(`${kind}/${id}`)) !== JSON.stringify(entry);
    const fresh = entries.filter(isNew);
    if (fresh.length === 0) return;
    await this.store.append({ set: Object.fromEntries(fresh.map(([id, entry]) => [`${kind}/${id}`, entry])) });
    // Registrations come in a flood: sites start once it has passed.
    this.cancelApply ??= this.service.clock.at(this.service.clock.now(), 'registry.apply', () => this.apply());
  }

  private async apply(): Promise<void> {
    this.cancelApply = undefined;
    await this.sites.apply(
      assembleSites({
        communities: this.all('community'),
        sites: this.all('site'),
        devices: this.all('device'),
        meters: this.all('meter'),
      }),
    );
  }

  private all<K extends keyof RegistryEntry>(kind: K): RegistryEntry[K][] {
    return this.store.entries<RegistryEntry[K]>(`${kind}/`).map(([, entry]) => entry);
  }
}
