import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type {
  CommunityConfigured,
  DeviceRegistered,
  MeterEnrolled,
  ScheduleIssued,
  SiteConfigured,
} from '@wattmesh/events';
import { ServiceContext } from '@wattmesh/platform';
import type { Cancel } from '@wattmesh/platform/clock';
import { judgeSchedule } from '../command/judge-command.ts';
import { GatewayConfig } from '../gateway.config.ts';
import { SitesService } from '../site/sites.service.ts';
import { LogStore } from '../store/log.store.ts';
import { StoreWatch } from '../store/store-watch.ts';
import { assembleSites } from './assemble-sites.ts';
import { RegistryStore } from './registry.store.ts';

/** What the registry keeps, by the prefix of its keys. */
export interface RegistryEntry {
  community: CommunityConfigured;
  site: SiteConfigured;
  device: DeviceRegistered;
  meter: MeterEnrolled;
}

/** Key of a schedule whose site is not known yet, by its device. */
const EARLY_KEY = 'early-schedule/';
const KEEP_AGAIN_WALL_S = 5;

/** Keeps what the portal registered, so that the gateway starts without a broker, and hands complete sites over. */
@Injectable()
export class RegistryService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly watch: StoreWatch;
  private readonly store: RegistryStore;
  private cancelApply: Cancel | undefined;
  private cancelKeep: Cancel | undefined;

  constructor(
    private readonly config: GatewayConfig,
    private readonly service: ServiceContext,
    private readonly sites: SitesService,
  ) {
    this.watch = new StoreWatch('registry', service);
    const log = new LogStore({ folder: join(config.GATEWAY_STORE, 'registry'), effects: service.effects });
    this.store = new RegistryStore(log, this.watch);
  }

  /** Why the registry cannot be kept durably; undefined where it can. */
  get storeTrouble(): string | undefined {
    return this.watch.trouble;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.apply();
  }

  async onApplicationShutdown(): Promise<void> {
    this.cancelKeep?.();
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
    await this.store.set(Object.fromEntries(fresh.map(([id, entry]) => [`${kind}/${id}`, entry])));
    this.keepLater();
    // Registrations come in a flood: sites start once it has passed.
    this.cancelApply ??= this.service.clock.at(this.service.clock.now(), 'registry.apply', () => this.apply());
  }

  /** Keeps a schedule until its site is known: the topics of a broker come in no order, and a schedule comes once. */
  async keepSchedule(schedule: ScheduleIssued): Promise<void> {
    const { deviceId, siteId, scheduleId, revision } = schedule;
    const objection = judgeSchedule(schedule, { dispatcherKey: this.config.GATEWAY_DISPATCHER_KEY, siteId });
    if (objection !== undefined) {
      this.service.logger.warn({ siteId, scheduleId, objection }, 'schedule refused');
      return;
    }
    const known = this.store.get(EARLY_KEY + deviceId) as ScheduleIssued | undefined;
    if (known !== undefined && known.revision >= revision) return;
    this.service.logger.info({ siteId, scheduleId }, 'schedule of a site that is not run yet: it waits');
    await this.store.set({ [EARLY_KEY + deviceId]: schedule });
    this.keepLater();
    await this.handOver();
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
    await this.handOver();
  }

  private async handOver(): Promise<void> {
    for (const [deviceId, schedule] of this.store.entries<ScheduleIssued>(EARLY_KEY)) {
      const loop = await this.sites.find(schedule.siteId);
      await loop?.receiveSchedule(schedule);
      const isNewest = this.store.get(EARLY_KEY + deviceId) === schedule;
      if (loop !== undefined && isNewest) await this.store.set({ [EARLY_KEY + deviceId]: null });
    }
  }

  private keepLater(): void {
    if (!this.store.isBehind || this.cancelKeep !== undefined) return;
    const { clock } = this.service;
    const atMs = clock.now() + KEEP_AGAIN_WALL_S * 1000 * clock.pace;
    this.cancelKeep = clock.at(atMs, 'registry.keep', async () => {
      this.cancelKeep = undefined;
      await this.store.keep();
      this.keepLater();
    });
  }

  private all<K extends keyof RegistryEntry>(kind: K): RegistryEntry[K][] {
    return this.store.entries<RegistryEntry[K]>(`${kind}/`).map(([, entry]) => entry);
  }
}
