import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { TimelineStep } from '../view/timeline-view.schema.ts';
import type { ChargeRow, EnergyRow, PriceRow } from './merge-timeline.ts';

/** A range of whole steps of a community's zone. */
export interface TimelineRange {
  readonly from: string;
  readonly to: string;
  readonly step: TimelineStep;
  readonly timeZone: string;
}

/** Unit that Postgres cuts to: an interval's start is its own. */
const unitOf = (step: TimelineStep): string => (step === 'interval' ? 'minute' : step);

const ENERGIES = ['load', 'generation', 'charged', 'discharged', 'charging', 'import', 'export'];
const FEEDER = ['feeder_import', 'feeder_export'];
const sumOf = (name: string): string =>
  `sum(${name}_wh)::float8 as "${name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())}Wh"`;

/** Sums of intervals over hours and local days, made by the database in the community's zone. */
@Injectable()
export class TimelineStore {
  constructor(private readonly database: EntityManager) {}

  /** The range widened to whole steps, and how many intervals it holds. */
  async align(range: TimelineRange): Promise<{ from: string; to: string; intervals: number }> {
    const [row]: { from: Date; to: Date }[] = await this.database.query(
      `with given as (
         select date_bin('15 minutes', $1::timestamptz, '2000-01-01Z') as lower,
           date_bin('15 minutes', $2::timestamptz - interval '1 ms', '2000-01-01Z') as upper)
       select case $3 when 'minute' then lower else date_trunc($3, lower, $4) end as from,
         case $3 when 'minute' then upper + interval '15 minutes'
           when 'hour' then date_trunc('hour', upper, $4) + interval '1 hour'
           else (date_trunc('day', upper at time zone $4) + interval '1 day') at time zone $4 end as to
       from given`,
      [range.from, range.to, unitOf(range.step), range.timeZone],
    );
    const [from, to] = [row?.from.getTime() ?? 0, row?.to.getTime() ?? 0];
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), intervals: (to - from) / 900_000 };
  }

  /** Starts of all steps in an aligned range. */
  async starts({ from, to, step, timeZone }: TimelineRange): Promise<number[]> {
    const rows: { start: Date }[] = await this.database.query(
      `select distinct date_trunc($3, t, $4) as start
       from generate_series($1::timestamptz, $2::timestamptz - interval '15 minutes', interval '15 minutes') as t
       order by start`,
      [from, to, unitOf(step), timeZone],
    );
    return rows.map(({ start }) => start.getTime());
  }

  /** Energies of a site, or of a community. */
  energies(of: { siteId: string } | { communityId: string }, range: TimelineRange): Promise<EnergyRow[]> {
    const [table, column, id, names] =
      'siteId' in of
        ? ['site_interval', 'site_id', of.siteId, ENERGIES]
        : ['community_interval', 'community_id', of.communityId, [...ENERGIES, ...FEEDER]];
    return this.database.query(
      `select date_trunc($4, interval_start, $5) as start, ${names.map(sumOf).join(', ')},
         max(quality_rank) as "qualityRank", max(interval_start) as last
       from ${table} where ${column} = $1 and interval_start >= $2 and interval_start < $3 group by start`,
      [id, range.from, range.to, unitOf(range.step), range.timeZone],
    );
  }

  prices(communityId: string, range: TimelineRange): Promise<PriceRow[]> {
    return this.database.query(
      `select date_trunc($4, interval_start, $5) as start, count(*)::int as intervals,
         (sum(price_micro_per_kwh * shared_wh) / nullif(sum(shared_wh) filter (where price_micro_per_kwh is not null), 0))::float8
           as "priceMicroPerKwh",
         avg(retail_micro_per_kwh)::float8 as "retailMicroPerKwh", avg(feed_in_micro_per_kwh)::float8 as "feedInMicroPerKwh"
       from clearing where community_id = $1 and is_newest and interval_start >= $2 and interval_start < $3 group by start`,
      [communityId, range.from, range.to, unitOf(range.step), range.timeZone],
    );
  }

  /** Charge of batteries together in these intervals, the mean by capacity. */
  charges(
    batteries: readonly { deviceId: string; battery: { capacityWh: number } }[],
    intervalStarts: readonly number[],
  ): Promise<ChargeRow[]> {
    if (batteries.length === 0 || intervalStarts.length === 0) return Promise.resolve([]);
    return this.database.query(
      `select b.interval_start as "intervalStart", sum(b.soc_pct * c.capacity) / sum(c.capacity) as "socPct"
       from battery_soc b join unnest($1::text[], $2::float8[]) as c (device_id, capacity) using (device_id)
       where b.interval_start = any($3::timestamptz[]) and b.device_id = any($1::text[]) group by b.interval_start`,
      [
        batteries.map(({ deviceId }) => deviceId),
        batteries.map(({ battery }) => battery.capacityWh),
        intervalStarts.map((ms) => new Date(ms).toISOString()),
      ],
    );
  }
}
