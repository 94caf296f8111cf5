import type { EntityManager } from 'typeorm';
import type { LatestReading } from '../plan/assemble-problem.ts';
import { ReadingEntity } from './reading.entity.ts';

/** The newest trustworthy poll of every device, by device. */
export async function latestReadings(tx: EntityManager): Promise<Map<string, LatestReading>> {
  const rows = await tx.find(ReadingEntity);
  return new Map(
    rows.map(({ deviceId, measuredAt, points }) => [deviceId, { measuredAtMs: measuredAt.getTime(), points }]),
  );
}
