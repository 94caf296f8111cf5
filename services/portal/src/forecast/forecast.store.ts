import { Injectable } from '@nestjs/common';
import type { ForecastPublished } from '@wattmesh/events';
import { EntityManager } from 'typeorm';

const ARRAYS = [
  'load_p10_wh',
  'load_p50_wh',
  'load_p90_wh',
  'generation_p10_wh',
  'generation_p50_wh',
  'generation_p90_wh',
];
const SLOTS = `unnest(${ARRAYS.map((column) => `n.${column}`).join(', ')}) with ordinality as t (${ARRAYS.join(', ')}, place)`;
const SLOT_START = `n.first_interval_start + (t.place - 1) * interval '15 minutes'`;

/**
 * The newest forecast of each site as it came, and behind it what the earlier ones had said last of each interval: one row an
 * interval, written when its forecast is replaced by one that begins later.
 */
@Injectable()
export class ForecastStore {
  constructor(private readonly database: EntityManager) {}

  async keep(forecasts: readonly ForecastPublished[], tx: EntityManager): Promise<void> {
    // One by one where a site has several: each leaves the intervals that the next one no longer covers.
    for (const forecast of forecasts) await keepOne(forecast, tx);
  }

  /** Energies per bucket; `loadErr` and `sunErr` are summed as the timeline's schema says. */
  energies(range: {
    siteIds: readonly string[];
    from: string;
    to: string;
    step: string;
    timeZone: string;
  }): Promise<ForecastRow[]> {
    return this.database.query(
      `with slot as (
         select f.interval_start, ${ARRAYS.map((column) => `f.${column}`).join(', ')}
         from forecast_interval f join forecast_newest n using (site_id)
         where f.site_id = any($1::text[]) and f.interval_start >= $2 and f.interval_start < $3
           and f.interval_start < n.first_interval_start
         union all
         select ${SLOT_START}, ${ARRAYS.map((column) => `t.${column}`).join(', ')}
         from forecast_newest n, ${SLOTS}
         where n.site_id = any($1::text[]) and ${SLOT_START} >= $2 and ${SLOT_START} < $3
       ), summed as (
         select interval_start, sum(load_p50_wh) as load_p50,
           sqrt(sum((load_p50_wh - load_p10_wh) ^ 2)) as load_below, sqrt(sum((load_p90_wh - load_p50_wh) ^ 2)) as load_above,
           sum(generation_p10_wh) as sun_p10, sum(generation_p50_wh) as sun_p50, sum(generation_p90_wh) as sun_p90
         from slot group by interval_start
       )
       select date_trunc($4, interval_start, $5) as start, sum(greatest(load_p50 - load_below, 0)) as "loadP10Wh",
         sum(load_p50) as "loadP50Wh", sum(load_p50 + load_above) as "loadP90Wh", sum(sun_p10) as "generationP10Wh",
         sum(sun_p50) as "generationP50Wh", sum(sun_p90) as "generationP90Wh"
       from summed group by start`,
      [range.siteIds, range.from, range.to, range.step === 'interval' ? 'minute' : range.step, range.timeZone],
    );
  }

  async newest(siteIds: readonly string[]): Promise<{ issuedAt: string; model: ForecastPublished['model'] }[]> {
    const rows: { issued_at: Date; model: ForecastPublished['model'] }[] = await this.database.query(
      `select issued_at, model from forecast_newest where site_id = any($1::text[]) order by issued_at`,
      [siteIds],
    );
    return rows.map(({ issued_at, model }) => ({ issuedAt: issued_at.toISOString(), model }));
  }
}

/** A bucket's energies as the database sums them; null where no site has any. */
export interface ForecastRow {
  readonly start: Date;
  readonly loadP10Wh: number;
  readonly loadP50Wh: number;
  readonly loadP90Wh: number;
  readonly generationP10Wh: number | null;
  readonly generationP50Wh: number | null;
  readonly generationP90Wh: number | null;
}

async function keepOne(forecast: ForecastPublished, tx: EntityManager): Promise<void> {
  const { siteId, issuedAt, firstIntervalStart, load, generation, model } = forecast;
  await tx.query(
    `insert into forecast_interval as f (site_id, interval_start, issued_at, ${ARRAYS.join(', ')})
     select n.site_id, ${SLOT_START}, n.issued_at, ${ARRAYS.map((column) => `t.${column}`).join(', ')}
     from forecast_newest n, ${SLOTS}
     where n.site_id = $1 and n.issued_at <= $2 and ${SLOT_START} < $3
     on conflict (site_id, interval_start) do update set issued_at = excluded.issued_at,
       ${ARRAYS.map((column) => `${column} = excluded.${column}`).join(', ')}
     where f.issued_at <= excluded.issued_at`,
    [siteId, issuedAt, firstIntervalStart],
  );
  await tx.query(
    `insert into forecast_newest as n (site_id, issued_at, first_interval_start, ${ARRAYS.join(', ')}, model)
     values ($1, $2, $3, $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[], $10)
     on conflict (site_id) do update set issued_at = excluded.issued_at,
       first_interval_start = excluded.first_interval_start, model = excluded.model,
       ${ARRAYS.map((column) => `${column} = excluded.${column}`).join(', ')}
     where n.issued_at <= excluded.issued_at`,
    [
      siteId,
      issuedAt,
      firstIntervalStart,
      load.p10Wh,
      load.p50Wh,
      load.p90Wh,
      generation?.p10Wh ?? null,
      generation?.p50Wh ?? null,
      generation?.p90Wh ?? null,
      JSON.stringify(model),
    ],
  );
}
