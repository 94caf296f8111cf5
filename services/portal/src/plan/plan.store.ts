import { Injectable } from '@nestjs/common';
import type { PlanPublished } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import { sumStorage } from './sum-storage.ts';

const SLOTS = `unnest(n.site_w, n.storage_w, n.soc_pct) with ordinality as t (site_w, storage_w, soc_pct, place)`;
const SLOT_START = `n.first_interval_start + (t.place - 1) * interval '15 minutes'`;

/** The newest plan of each site as it came, and behind it what the earlier ones had said last of each interval. */
@Injectable()
export class PlanStore {
  constructor(private readonly database: EntityManager) {}

  async keep(
    plans: readonly PlanPublished[],
    capacityWh: ReadonlyMap<string, number>,
    tx: EntityManager,
  ): Promise<void> {
    for (const plan of plans) await keepOne(plan, capacityWh, tx);
  }

  /** Energies per bucket; of several sites the sum, their charge averaged by `capacityWh`. */
  energies(range: {
    siteIds: readonly string[];
    capacityWh: readonly number[];
    from: string;
    to: string;
    step: string;
    timeZone: string;
  }): Promise<PlanRow[]> {
    return this.database.query(
      `with slot as (
         select site_id, p.interval_start, p.site_w, p.storage_w, p.soc_pct
         from plan_interval p join plan_newest n using (site_id)
         where p.site_id = any($1::text[]) and p.interval_start >= $2 and p.interval_start < $3
           and p.interval_start < n.first_interval_start
         union all
         select n.site_id, ${SLOT_START}, t.site_w, t.storage_w, t.soc_pct from plan_newest n, ${SLOTS}
         where n.site_id = any($1::text[]) and ${SLOT_START} >= $2 and ${SLOT_START} < $3
       ), summed as (
         select interval_start, sum(site_w) / 4 as site_wh, sum(storage_w) / 4 as storage_wh,
           sum(soc_pct * capacity) / nullif(sum(capacity) filter (where soc_pct is not null), 0) as soc_pct
         from slot join unnest($1::text[], $6::float8[]) as c (site_id, capacity) using (site_id) group by interval_start
       )
       select date_trunc($4, interval_start, $5) as start, sum(site_wh) as "siteWh", sum(storage_wh) as "storageWh",
         (array_agg(soc_pct order by interval_start desc))[1] as "socPct"
       from summed group by start`,
      [
        range.siteIds,
        range.from,
        range.to,
        range.step === 'interval' ? 'minute' : range.step,
        range.timeZone,
        range.capacityWh,
      ],
    );
  }

  async newest(siteIds: readonly string[]): Promise<{ issuedAt: string; costMicro: number; binding: string[] }[]> {
    const rows: { issued_at: Date; cost_micro: string; binding: string[] }[] = await this.database.query(
      `select issued_at, cost_micro, binding from plan_newest where site_id = any($1::text[]) order by issued_at`,
      [siteIds],
    );
    return rows.map(({ issued_at, cost_micro, binding }) => ({
      issuedAt: issued_at.toISOString(),
      costMicro: Number(cost_micro),
      binding,
    }));
  }
}

/** A bucket's plan as the database sums it; null where no site has any. */
export interface PlanRow {
  readonly start: Date;
  readonly siteWh: number;
  readonly storageWh: number | null;
  readonly socPct: number | null;
}

async function keepOne(plan: PlanPublished, capacityWh: ReadonlyMap<string, number>, tx: EntityManager): Promise<void> {
  const { storageW, socPct } = sumStorage(plan, capacityWh);
  await tx.query(
    `insert into plan_interval as p (site_id, interval_start, issued_at, site_w, storage_w, soc_pct)
     select n.site_id, ${SLOT_START}, n.issued_at, t.site_w, t.storage_w, t.soc_pct from plan_newest n, ${SLOTS}
     where n.site_id = $1 and n.issued_at <= $2 and ${SLOT_START} < $3
     on conflict (site_id, interval_start) do update set issued_at = excluded.issued_at, site_w = excluded.site_w,
       storage_w = excluded.storage_w, soc_pct = excluded.soc_pct
     where p.issued_at <= excluded.issued_at`,
    [plan.siteId, plan.issuedAt, plan.firstIntervalStart],
  );
  await tx.query(
    `insert into plan_newest as n
       (site_id, issued_at, first_interval_start, cost_micro, binding, site_w, storage_w, soc_pct)
     values ($1, $2, $3, $4, $5, $6::float8[], $7::float8[], $8::float8[])
     on conflict (site_id) do update set issued_at = excluded.issued_at,
       first_interval_start = excluded.first_interval_start, cost_micro = excluded.cost_micro,
       binding = excluded.binding, site_w = excluded.site_w, storage_w = excluded.storage_w, soc_pct = excluded.soc_pct
     where n.issued_at <= excluded.issued_at`,
    [
      plan.siteId,
      plan.issuedAt,
      plan.firstIntervalStart,
      plan.costMicro,
      JSON.stringify(plan.binding),
      plan.siteW,
      storageW ?? null,
      socPct ?? null,
    ],
  );
}
