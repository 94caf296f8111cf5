import { Injectable } from '@nestjs/common';
import type { DeviceRegistered, SiteConfigured } from '@wattmesh/events';
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

/** Sites and their meters, as the portal registered them. */
@Injectable()
export class SiteService {
  #listeners: (() => void)[] = [];

  constructor(private readonly database: EntityManager) {}

  /** Called after sites or devices came; what was told may not be committed yet. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
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
    this.#tell();
  }

  async keepDevices(devices: readonly DeviceRegistered[], tx: EntityManager): Promise<void> {
    const rows = devices.map(({ deviceId, siteId, meterRole }) => ({ deviceId, siteId, meterRole }));
    await tx.upsert(
      DeviceEntity,
      newestBy(rows, ({ deviceId }) => deviceId),
      ['deviceId'],
    );
    this.#tell();
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

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The last row of each key: one statement may touch a row only once. */
function newestBy<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
