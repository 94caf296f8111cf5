import { Injectable } from '@nestjs/common';
import type { IntervalMetered } from '@wattmesh/events';
import type { EntityManager } from 'typeorm';
import { chooseMeterings } from './choose-meterings.ts';

/** Keeps what the meters said. */
@Injectable()
export class MeteringService {
  /** A metering of a higher run replaces one of a lower. Who forecasts reads on in the table from what it has read. */
  async keep(meterings: readonly IntervalMetered[], tx: EntityManager): Promise<void> {
    const actuals = chooseMeterings(meterings);
    if (actuals.length === 0) return;
    await tx.query(
      `insert into metering (meter_id, interval_start, site_id, meter_role, energy_wh, run_number)
       select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::double precision[], $6::integer[])
       on conflict (meter_id, interval_start) do update
         set energy_wh = excluded.energy_wh, run_number = excluded.run_number, site_id = excluded.site_id,
             meter_role = excluded.meter_role, written_in = excluded.written_in
         where metering.run_number <= excluded.run_number`,
      [
        actuals.map(({ meterId }) => meterId),
        actuals.map(({ intervalStart }) => intervalStart),
        actuals.map(({ siteId }) => siteId),
        actuals.map(({ meterRole }) => meterRole),
        actuals.map(({ energyWh }) => energyWh),
        actuals.map(({ runNumber }) => runNumber),
      ],
    );
  }
}
