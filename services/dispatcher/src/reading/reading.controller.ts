import { Controller } from '@nestjs/common';
import { ReadingTaken } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';

const TRUSTED = new Set<ReadingTaken['quality']>(['measured', 'estimated']);

@Controller()
export class ReadingController {
  /** One statement per batch: the newest trustworthy poll of each device, never an older one over it. */
  @OnEvent(ReadingTaken, { from: 'now' })
  async onReadings(readings: ReadingTaken[], tx: EntityManager): Promise<void> {
    const newest = new Map<string, ReadingTaken>();
    for (const reading of readings) {
      const known = newest.get(reading.deviceId);
      if (!TRUSTED.has(reading.quality) || (known !== undefined && known.measuredAt > reading.measuredAt)) continue;
      newest.set(reading.deviceId, reading);
    }
    // In order of devices, so that two batches never wait for each other.
    const rows = [...newest.values()].toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
    if (rows.length === 0) return;
    await tx.query(
      `insert into reading (device_id, site_id, measured_at, points)
       select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[])
       on conflict (device_id) do update set measured_at = excluded.measured_at, points = excluded.points
       where reading.measured_at <= excluded.measured_at`,
      [
        rows.map((row) => row.deviceId),
        rows.map((row) => row.siteId),
        rows.map((row) => row.measuredAt),
        rows.map((row) => JSON.stringify(row.points)),
      ],
    );
  }
}
