import { Injectable } from '@nestjs/common';
import { Quality, type IntervalMetered } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import { runNumberOf } from '../clearing/run-number-of.ts';
import type { CommunityDirectory } from '../directory/community-directory.ts';
import { pickNewest } from '../device/pick-newest.ts';
import { PartitionStore } from './partition.store.ts';

const SUMS = ['load_wh', 'generation_wh', 'charged_wh', 'discharged_wh', 'charging_wh', 'import_wh', 'export_wh'];
const assign = (columns: readonly string[]): string =>
  columns.map((column) => `${column} = excluded.${column}`).join(', ');

/** Energies of meters, and their sums by site and by community, kept with each metering. */
@Injectable()
export class EnergyStore {
  constructor(private readonly partitions: PartitionStore) {}

  /** The highest run of a meter's interval counts. Instances take turns by community: none leaves the other out of a sum. */
  async keep(
    meterings: readonly IntervalMetered[],
    communities: ReadonlyMap<string, CommunityDirectory>,
    tx: EntityManager,
  ): Promise<void> {
    const byCommunity = Map.groupBy(meterings, ({ siteId }) => communities.get(siteId)?.community.communityId ?? '');
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended('portal energies of ' || id, 0))
       from unnest($1::text[]) as id`,
      [[...byCommunity.keys()].sort()],
    );
    await this.partitions.ensure(
      meterings.map(({ intervalStart }) => intervalStart),
      tx,
    );
    await upsertMeters(meterings, tx);
    await sumSites(meterings, tx);
    for (const own of byCommunity.values()) {
      const directory = communities.get(own[0]?.siteId ?? '');
      if (directory !== undefined) await sumCommunity(own, directory, tx);
    }
  }
}

async function upsertMeters(meterings: readonly IntervalMetered[], tx: EntityManager): Promise<void> {
  const rows = pickNewest(
    meterings,
    (metering) => `${metering.meterId} ${Date.parse(metering.intervalStart)}`,
    (metering) => runNumberOf(metering.run),
  );
  await tx.query(
    `insert into meter_interval as m
       (meter_id, interval_start, site_id, role, run_number, import_wh, export_wh, quality_rank, attestation)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[],
       $8::smallint[], $9::text[])
     on conflict (meter_id, interval_start) do update set
       ${assign(['site_id', 'role', 'run_number', 'import_wh', 'export_wh', 'quality_rank', 'attestation'])}
     where m.run_number <= excluded.run_number`,
    [
      rows.map((row) => row.meterId),
      rows.map((row) => row.intervalStart),
      rows.map((row) => row.siteId),
      rows.map((row) => row.role),
      rows.map((row) => runNumberOf(row.run)),
      rows.map((row) => row.importWh),
      rows.map((row) => row.exportWh),
      rows.map((row) => Quality.options.indexOf(row.quality)),
      rows.map((row) => row.attestation),
    ],
  );
}

/** Rank of the quality `missing`: such a row has no energy. */
const MISSING = Quality.options.indexOf('missing');

async function sumSites(meterings: readonly IntervalMetered[], tx: EntityManager): Promise<void> {
  const of = (role: string, counter: string): string =>
    `sum(${counter}) filter (where role = '${role}' and quality_rank < ${MISSING})`;
  const touched = pickNewest(
    meterings,
    (metering) => `${metering.siteId} ${Date.parse(metering.intervalStart)}`,
    () => 0,
  );
  const [first, last] = rangeOf(meterings);
  await tx.query(
    `insert into site_interval (site_id, interval_start, ${SUMS.join(', ')}, quality_rank)
     select t.site_id, t.interval_start, ${of('load', 'import_wh')}, ${of('generation', 'export_wh')},
       ${of('storage', 'import_wh')}, ${of('storage', 'export_wh')}, ${of('charging', 'import_wh')},
       ${of('revenue', 'import_wh')}, ${of('revenue', 'export_wh')}, max(quality_rank)
     from unnest($1::text[], $2::timestamptz[]) as t (site_id, interval_start)
     join meter_interval m on m.site_id = t.site_id and m.interval_start = t.interval_start
       and m.interval_start between $3::timestamptz and $4::timestamptz
     group by t.site_id, t.interval_start order by t.site_id, t.interval_start
     on conflict (site_id, interval_start) do update set ${assign([...SUMS, 'quality_rank'])}`,
    [touched.map((each) => each.siteId), touched.map((each) => each.intervalStart), first, last],
  );
}

async function sumCommunity(
  meterings: readonly IntervalMetered[],
  { community, sites }: CommunityDirectory,
  tx: EntityManager,
): Promise<void> {
  const feeder = ['feeder_import_wh', 'feeder_export_wh'];
  const [first, last] = rangeOf(meterings);
  await tx.query(
    `insert into community_interval (community_id, interval_start, ${SUMS.join(', ')}, ${feeder.join(', ')}, quality_rank)
     select $1, t.interval_start, ${SUMS.map((column) => `sum(s.${column})`).join(', ')},
       max(h.import_wh), max(h.export_wh), greatest(max(s.quality_rank), max(h.quality_rank))
     from unnest($2::timestamptz[]) as t (interval_start)
     left join site_interval s on s.site_id = any($3::text[]) and s.interval_start = t.interval_start
     left join meter_interval h on h.meter_id = $4 and h.interval_start = t.interval_start
       and h.interval_start between $5::timestamptz and $6::timestamptz and h.quality_rank < ${MISSING}
     group by t.interval_start order by t.interval_start
     on conflict (community_id, interval_start) do update set ${assign([...SUMS, ...feeder, 'quality_rank'])}`,
    [
      community.communityId,
      [...new Set(meterings.map(({ intervalStart }) => Date.parse(intervalStart)))].map((ms) =>
        new Date(ms).toISOString(),
      ),
      sites.map(({ siteId }) => siteId),
      community.headMeterId,
      first,
      last,
    ],
  );
}

/** First and last interval: with them the database looks into their partitions alone. */
function rangeOf(meterings: readonly IntervalMetered[]): [string, string] {
  const starts = meterings.map(({ intervalStart }) => Date.parse(intervalStart));
  return [new Date(Math.min(...starts)).toISOString(), new Date(Math.max(...starts)).toISOString()];
}
