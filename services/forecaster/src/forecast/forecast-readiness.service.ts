import { Injectable } from '@nestjs/common';
import { ReadinessCheck } from '@wattmesh/platform';
import { Leadership } from '@wattmesh/platform/database';
import { TrainingService } from '../training/training.service.ts';
import { ForecastService } from './forecast.service.ts';

/**
 * Ready when the model's first forecasts have left, or a baseline's where there is no model, with the reason. An instance
 * that waits to lead is ready to.
 */
@Injectable()
export class ForecastReadiness extends ReadinessCheck {
  constructor(
    private readonly training: TrainingService,
    private readonly forecasts: ForecastService,
    private readonly leadership: Leadership,
  ) {
    super();
  }

  get name(): string {
    if (this.leadership.isStandby) return 'forecast: standby';
    const { standing } = this.training;
    switch (standing.kind) {
      case 'waiting':
        return `forecast: waiting, ${standing.reason}`;
      case 'training':
        return `forecast: training ${Math.floor(100 * standing.share)} %`;
      case 'model':
        return `forecast: model ${standing.model.version} on ${standing.backend}`;
      default:
        return `forecast: baseline, ${standing.reason}`;
    }
  }

  isReady(): boolean {
    if (this.leadership.isStandby) return true;
    const { kind } = this.training.standing;
    return (kind === 'model' || kind === 'baseline') && this.forecasts.hasIssued;
  }
}
