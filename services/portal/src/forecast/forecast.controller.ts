import { Controller } from '@nestjs/common';
import { ForecastPublished } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from '@wattmesh/platform/database';
import { ForecastStore } from './forecast.store.ts';

@Controller()
export class ForecastController {
  constructor(private readonly forecasts: ForecastStore) {}

  @OnEvent(ForecastPublished)
  onForecasts(forecasts: ForecastPublished[], tx: EntityManager): Promise<void> {
    return this.forecasts.keep(forecasts, tx);
  }
}
