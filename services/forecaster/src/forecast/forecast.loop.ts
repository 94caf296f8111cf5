import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, type Cancel } from '@wattmesh/platform';
import { SiteService } from '../site/site.service.ts';
import { TrainingData } from '../training/training-data.service.ts';
import { TrainingService } from '../training/training.service.ts';
import { ForecastService } from './forecast.service.ts';

/** Simulated seconds after a registry event until it counts: its transaction has committed and its siblings have come. */
const SETTLE_S = 5;
/** Simulated seconds without news after which a training stops waiting for registered sites. */
const PATIENCE_S = 300;
/** Simulated seconds after an interval's start at which its forecasts leave: the meterings before it are in by then. */
const OFFSET_S = 30;
const INTERVAL_S = 900;
const DAY_S = 86_400;

/** When forecasts and trainings happen. */
@Injectable()
export class ForecastLoop implements OnApplicationBootstrap {
  #cancels: Cancel[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly sites: SiteService,
    private readonly data: TrainingData,
    private readonly training: TrainingService,
    private readonly forecasts: ForecastService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.training.restore();
    this.sites.onChange(() => this.#expectSites());
    this.clock.at(this.clock.now(), 'start', () => this.#sitesCame());
    this.clock.every({ name: 'forecast', periodS: INTERVAL_S, offsetS: OFFSET_S }, () => this.forecasts.publish());
    this.clock.every({ name: 'training', periodS: DAY_S, offsetS: 2 * OFFSET_S }, () => this.#train());
  }

  #expectSites(): void {
    for (const cancel of this.#cancels) cancel();
    const nowMs = this.clock.now();
    this.#cancels = [
      this.clock.at(nowMs + SETTLE_S * 1000, 'sites', () => this.#sitesCame()),
      this.clock.at(nowMs + PATIENCE_S * 1000, 'sites-late', () => this.#train()),
    ];
  }

  async #sitesCame(): Promise<void> {
    await this.forecasts.publish();
    if (await this.data.hasAllSites()) await this.#train();
  }

  async #train(): Promise<void> {
    const before = this.training.standing;
    await this.training.ensureModel();
    if (this.training.standing !== before) await this.forecasts.publish();
  }
}
