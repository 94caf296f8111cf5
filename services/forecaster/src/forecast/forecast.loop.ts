import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, type Cancel, type Loop } from '@wattmesh/platform';
import { Leadership, type Term } from '@wattmesh/platform/database';
import { SiteService } from '../site/site.service.ts';
import { TrainingService } from '../training/training.service.ts';
import { ForecastService } from './forecast.service.ts';

/** Simulated seconds after a registry event until it counts: its siblings have come. */
const SETTLE_S = 5;
/** Simulated seconds without news after which a training stops waiting for registered sites. */
const PATIENCE_S = 300;
/** Simulated seconds after an interval's start at which its forecasts leave: the meterings before it are in by then. */
const OFFSET_S = 30;
const INTERVAL_S = 900;
const DAY_S = 86_400;

/** When forecasts and trainings happen: in the leader alone. */
@Injectable()
export class ForecastLoop implements OnApplicationBootstrap {
  #cancels: Cancel[] = [];
  #isHinted = false;
  /** The last change of the registry that was taken up. */
  #metNumber = 0;

  constructor(
    private readonly clock: Clock,
    private readonly leadership: Leadership,
    private readonly sites: SiteService,
    private readonly training: TrainingService,
    private readonly forecasts: ForecastService,
  ) {}

  onApplicationBootstrap(): void {
    this.sites.onNews(() => this.#lookSoon());
    this.leadership.onGained(() => this.#at(this.clock.now(), 'start', (term) => this.#takeOver(term)));
    const each = { periodS: INTERVAL_S, offsetS: OFFSET_S };
    this.#every({ name: 'forecast', ...each }, (term) => this.forecasts.publish(term));
    this.#every({ name: 'training', periodS: DAY_S, offsetS: 2 * OFFSET_S }, (term) => this.#train(term));
    this.#every({ name: 'registry', periodS: SETTLE_S }, () => this.#lookForSites());
  }

  #every(loop: Loop, work: (term: Term) => Promise<void>): void {
    this.clock.every(loop, () => this.leadership.ifLeading(work));
  }

  #at(simMs: number, name: string, work: (term: Term) => Promise<void>): Cancel {
    return this.clock.at(simMs, name, () => this.leadership.ifLeading(work));
  }

  /** A model comes first: what an earlier leader forecast by it must not be replaced by a baseline's. */
  async #takeOver(term: Term): Promise<void> {
    this.#metNumber = (await this.sites.newestChange()).number;
    await this.training.restore();
    await this.#sitesCame(term);
  }

  #lookSoon(): void {
    if (this.#isHinted) return;
    this.#isHinted = true;
    this.clock.at(this.clock.now(), 'registry-news', () => {
      this.#isHinted = false;
      return this.leadership.ifLeading(() => this.#lookForSites());
    });
  }

  /** Where no site is missing, there is nothing to wait for. */
  async #lookForSites(): Promise<void> {
    const { number, changedAtMs } = await this.sites.newestChange();
    if (number === this.#metNumber) return;
    this.#metNumber = number;
    for (const cancel of this.#cancels) cancel();
    const settledMs = (await this.training.hasAllSites()) ? this.clock.now() : changedAtMs + SETTLE_S * 1000;
    this.#cancels = [
      this.#at(settledMs, 'sites', (term) => this.#sitesCame(term)),
      this.#at(changedAtMs + PATIENCE_S * 1000, 'sites-late', (term) => this.#train(term)),
    ];
  }

  async #sitesCame(term: Term): Promise<void> {
    await this.forecasts.publish(term);
    if (await this.training.hasAllSites()) await this.#train(term);
  }

  async #train(term: Term): Promise<void> {
    const before = this.training.standing;
    await this.training.ensureModel();
    if (this.training.standing !== before) await this.forecasts.publish(term);
  }
}
