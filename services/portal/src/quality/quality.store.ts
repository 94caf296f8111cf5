import { Injectable } from '@nestjs/common';
import { Quality, type MeterEnrolled } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import type { CommunityDirectory } from '../directory/community-directory.ts';
import type { MeterQualityView } from '../view/meter-quality-view.schema.ts';

const WINDOW_INTERVALS = 96;
const INTERVAL_MS = 900_000;

/** How good the newest meterings of a community's meters are. */
@Injectable()
export class QualityStore {
  constructor(private readonly database: EntityManager) {}

  async list({ community, meters }: CommunityDirectory): Promise<MeterQualityView[]> {
    const { communityId, startsAt } = community;
    const [newest]: { newest: Date | null }[] = await this.database.query(
      `select max(interval_start) as newest from community_interval where community_id = $1`,
      [communityId],
    );
    const endMs = newest?.newest?.getTime();
    if (endMs === undefined) return meters.map((meter) => toView(meter, 0, undefined));
    const firstMs = Math.max(
      endMs - (WINDOW_INTERVALS - 1) * INTERVAL_MS,
      Math.ceil(Date.parse(startsAt) / INTERVAL_MS) * INTERVAL_MS,
    );
    const rows: QualityRow[] = await this.database.query(
      `select meter_id, array_agg(quality_rank order by interval_start) as ranks, max(interval_start) as last,
         (array_agg(attestation order by interval_start desc))[1] as attestation
       from meter_interval where meter_id = any($1::text[]) and interval_start between $2 and $3 group by meter_id`,
      [meters.map(({ meterId }) => meterId), new Date(firstMs).toISOString(), new Date(endMs).toISOString()],
    );
    const byMeter = new Map(rows.map((row) => [row.meter_id, row]));
    const windowIntervals = Math.max(0, (endMs - firstMs) / INTERVAL_MS + 1);
    return meters.map((meter) => toView(meter, windowIntervals, byMeter.get(meter.meterId)));
  }
}

interface QualityRow {
  meter_id: string;
  ranks: number[];
  last: Date;
  attestation: MeterQualityView['attestation'];
}

function toView(meter: MeterEnrolled, windowIntervals: number, row: QualityRow | undefined): MeterQualityView {
  const ranks = row?.ranks ?? [];
  const count = (quality: Quality): number => ranks.filter((rank) => Quality.options[rank] === quality).length;
  const lastQuality = Quality.options[ranks.at(-1) ?? -1];
  return {
    meterId: meter.meterId,
    siteId: meter.siteId,
    role: meter.role,
    attestation: row?.attestation ?? meter.attestation,
    ...(row === undefined ? {} : { lastIntervalStart: row.last.toISOString() }),
    ...(lastQuality === undefined ? {} : { lastQuality }),
    counts: {
      measured: count('measured'),
      estimated: count('estimated'),
      substituted: count('substituted'),
      suspect: count('suspect'),
      missing: count('missing') + Math.max(0, windowIntervals - ranks.length),
    },
  };
}
