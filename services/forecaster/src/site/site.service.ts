import { Injectable } from '@nestjs/common';
import type { DeviceRegistered, SiteConfigured } from '@wattmesh/events';
import { Clock } from '@wattmesh/platform';
import { EntityManager } from 'typeorm';
import { DeviceEntity, SiteEntity } from './site.entity.ts';

/** A site that consumes: what a forecast of it needs to know. */
export interface ForecastSite {
  siteId: string;
  timeZone: string;
  latitudeDeg: number;
  longitudeDeg: number;
  hasGeneration: boolean;
}

/** The newest change of sites or devices: whichever instance took it, the leader finds it here. */
export interface RegistryChange {
  /** Counts changes in the order of their commits: each waits for the row of the one before. */
  number: number;
  changedAtMs: number;
}

/** Sites and their meters, as the portal registered them. */
@Injectable()
export class SiteService {
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly database: EntityManager,
    private readonly clock: Clock,
  ) {}

  /** Called in the instance that takes a change, before it is committed: a hint to look soon, for what comes here alone. */
  onNews(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async newestChange(): Promise<RegistryChange> {
    const rows: { number: string; changed_at: Date }[] = await this.database.query(
      'select number, changed_at from registry_change',
    );
    return { number: Number(rows[0]?.number), changedAtMs: rows[0]?.changed_at.getTime() ?? 0 };
  }

  async keepSites(sites: readonly SiteConfigured[], tx: EntityManager): Promise<void> {
    const rows = sites.map(({ siteId, timeZone, latitudeDeg, longitudeDeg }) => ({
      siteId,
      timeZone,
      latitudeDeg,
      longitudeDeg,
    }));
    await tx.upsert(
      SiteEntity,
      newestBy(rows, ({ siteId }) => siteId),
      ['siteId'],
    );
    await this.#note(tx);
  }

  async keepDevices(devices: readonly DeviceRegistered[], tx: EntityManager): Promise<void> {
    const rows = devices.map(({ deviceId, siteId, meterRole }) => ({ deviceId, siteId, meterRole }));
    await tx.upsert(
      DeviceEntity,
      newestBy(rows, ({ deviceId }) => deviceId),
      ['deviceId'],
    );
    await this.#note(tx);
  }

  /** Configured sites with a load meter, by id. */
  async consumers(): Promise<ForecastSite[]> {
    const [sites, devices] = await Promise.all([
      this.database.find(SiteEntity, { order: { siteId: 'asc' } }),
      this.database.find(DeviceEntity),
    ]);
    const sitesWith = (role: string): Set<string> =>
      new Set(devices.filter((device) => device.meterRole === role).map(({ siteId }) => siteId));
    const [consumers, producers] = [sitesWith('load'), sitesWith('generation')];
    return sites
      .filter(({ siteId }) => consumers.has(siteId))
      .map(({ siteId, timeZone, latitudeDeg, longitudeDeg }) => ({
        siteId,
        timeZone,
        latitudeDeg,
        longitudeDeg,
        hasGeneration: producers.has(siteId),
      }));
  }

  /** Comes last: others wait for the row. */
  async #note(tx: EntityManager): Promise<void> {
    await tx.query('update registry_change set number = number + 1, changed_at = $1', [this.clock.nowIso()]);
    for (const listener of this.#listeners) listener();
  }
}

/** The last row of each key: one statement may touch a row only once. */
function newestBy<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
