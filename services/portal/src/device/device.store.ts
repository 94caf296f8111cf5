import { Injectable } from '@nestjs/common';
import type { DeviceStatusChanged, ReadingTaken } from '@wattmesh/events';
import { intervalStartOf } from '@wattmesh/platform/clock';
import { EntityManager } from 'typeorm';
import type { DeviceState, KnownStatus } from './device-state.ts';
import { pickNewest } from './pick-newest.ts';

const measuredMs = (reading: ReadingTaken): number => Date.parse(reading.measuredAt);

/** The newest reading and status of each device, and the charge of batteries at the end of each interval. */
@Injectable()
export class DeviceStore {
  constructor(private readonly database: EntityManager) {}

  /** One statement a batch, and a second one where there are states of charge in it. */
  async keepReadings(readings: readonly ReadingTaken[], tx: EntityManager): Promise<void> {
    const newest = pickNewest(readings, (reading) => reading.deviceId, measuredMs);
    await tx.query(
      `insert into device_state as d (device_id, site_id, measured_at, quality, points)
       select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::jsonb[])
       on conflict (device_id) do update set site_id = excluded.site_id, measured_at = excluded.measured_at,
         quality = excluded.quality, points = excluded.points
       where d.measured_at <= excluded.measured_at`,
      [
        newest.map((reading) => reading.deviceId),
        newest.map((reading) => reading.siteId),
        newest.map((reading) => reading.measuredAt),
        newest.map((reading) => reading.quality),
        newest.map((reading) => JSON.stringify(reading.points)),
      ],
    );
    await this.#keepCharges(
      readings.filter((reading) => reading.points.socPct !== undefined),
      tx,
    );
  }

  async #keepCharges(readings: readonly ReadingTaken[], tx: EntityManager): Promise<void> {
    const startOf = (reading: ReadingTaken): string => new Date(intervalStartOf(measuredMs(reading))).toISOString();
    const newest = pickNewest(readings, (reading) => `${reading.deviceId} ${startOf(reading)}`, measuredMs);
    if (newest.length === 0) return;
    await tx.query(
      `insert into battery_soc as b (device_id, interval_start, soc_pct, measured_at)
       select * from unnest($1::text[], $2::timestamptz[], $3::float8[], $4::timestamptz[])
       on conflict (device_id, interval_start) do update set soc_pct = excluded.soc_pct, measured_at = excluded.measured_at
       where b.measured_at <= excluded.measured_at`,
      [
        newest.map((reading) => reading.deviceId),
        newest.map(startOf),
        newest.map((reading) => reading.points.socPct),
        newest.map((reading) => reading.measuredAt),
      ],
    );
  }

  /** Answers whether it is the newest of its device. */
  async keepStatus(changed: DeviceStatusChanged, tx: EntityManager): Promise<boolean> {
    const rows: unknown[] = await tx.query(
      `with kept as (
         insert into device_status as d (device_id, site_id, status, cause, at) values ($1, $2, $3, $4, $5)
         on conflict (device_id) do update set site_id = excluded.site_id, status = excluded.status, cause = excluded.cause,
           at = excluded.at
         where d.at <= excluded.at returning 1)
       select * from kept`,
      [changed.deviceId, changed.siteId, changed.status, changed.cause, changed.at],
    );
    return rows.length > 0;
  }

  async states(deviceIds: readonly string[]): Promise<ReadonlyMap<string, DeviceState>> {
    const rows: StateRow[] = await this.database.query(
      `select device_id, measured_at, quality, points from device_state where device_id = any($1::text[])`,
      [deviceIds],
    );
    return new Map(
      rows.map(({ device_id, measured_at, quality, points }) => [
        device_id,
        { measuredAt: measured_at.toISOString(), quality, points },
      ]),
    );
  }

  async statuses(deviceIds: readonly string[]): Promise<ReadonlyMap<string, KnownStatus>> {
    const rows: { device_id: string; status: KnownStatus }[] = await this.database.query(
      `select device_id, status from device_status where device_id = any($1::text[])`,
      [deviceIds],
    );
    return new Map(rows.map(({ device_id, status }) => [device_id, status]));
  }
}

interface StateRow {
  device_id: string;
  measured_at: Date;
  quality: DeviceState['quality'];
  points: DeviceState['points'];
}
