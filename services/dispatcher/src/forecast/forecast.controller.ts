import { Controller } from '@nestjs/common';
import { ForecastPublished } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { PlanRequestStore } from '../plan/plan-request.store.ts';

@Controller()
export class ForecastController {
  constructor(private readonly plans: PlanRequestStore) {}

  /** Keeps the newest of each site, whatever order they come in, and asks for a plan on it. */
  @OnEvent(ForecastPublished)
  async onForecasts(forecasts: ForecastPublished[], tx: EntityManager): Promise<void> {
    for (const forecast of forecasts) {
      await tx.query(
        `insert into forecast (site_id, issued_at, payload) values ($1, $2, $3)
         on conflict (site_id) do update set issued_at = excluded.issued_at, payload = excluded.payload
         where forecast.issued_at <= excluded.issued_at`,
        [forecast.siteId, forecast.issuedAt, JSON.stringify(forecast)],
      );
    }
    await this.plans.ask(tx);
  }
}
