import { Injectable } from '@nestjs/common';
import type { ForecastPublished } from '@wattmesh/events';
import { Clock, intervalStartOf } from '@wattmesh/platform';
import type { Term } from '@wattmesh/platform/database';
import { DEFAULT_BASELINES, forecastSitesByBaseline } from '../baseline/forecast-sites-by-baseline.ts';
import { LOOK_BACK, QUARTER_MS, type Panel } from '../features/panel.ts';
import { PAST_DAYS, PastStore } from '../history/past.store.ts';
import { SiteService } from '../site/site.service.ts';
import type { SiteForecast } from '../training/messages.ts';
import { TrainingService, type Standing } from '../training/training.service.ts';
import { IssueStore } from './issue.store.ts';
import { toEvent } from './to-event.ts';

type Model = ForecastPublished['model'];

/** Publishes each site's forecast for the day from the current interval on. */
@Injectable()
export class ForecastService {
  #last: Promise<void> = Promise.resolve();
  #hasIssued = false;

  constructor(
    private readonly sites: SiteService,
    private readonly past: PastStore,
    private readonly training: TrainingService,
    private readonly issues: IssueStore,
    private readonly clock: Clock,
  ) {}

  /** True once forecasts have left since the start, by whoever is to forecast. */
  get hasIssued(): boolean {
    return this.#hasIssued;
  }

  /** One batch for all sites in one transaction; calls queue up. What has already left for the interval does not leave again. */
  publish(term: Term): Promise<void> {
    const next = this.#last.catch(() => undefined).then(() => this.#publish(term));
    this.#last = next;
    return this.clock.track(next);
  }

  async #publish(term: Term): Promise<void> {
    const sites = await this.sites.consumers();
    if (sites.length === 0) return;
    const firstMs = intervalStartOf(this.clock.now());
    await this.past.refresh();
    const panel = this.past.panel(sites, firstMs - LOOK_BACK * QUARTER_MS, firstMs);
    const events = await this.#eventsOf(panel, firstMs);
    if (events.length === 0) return;
    await this.issues.publish(events, term);
    this.#hasIssued = true;
    this.past.forgetBefore(firstMs - (PAST_DAYS + 1) * 96 * QUARTER_MS);
  }

  async #eventsOf(panel: Panel, firstMs: number): Promise<ForecastPublished[]> {
    const { standing } = this.training;
    const issue = { issuedAt: this.clock.nowIso(), firstIntervalStart: new Date(firstMs).toISOString() };
    const byModel = await this.training.forecast(panel);
    const served = new Set(byModel.map(({ siteId }) => siteId));
    const rest = { ...panel, sites: panel.sites.filter(({ siteId }) => !served.has(siteId)) };
    const best = standing.kind === 'baseline' ? standing.best : {};
    const byBaseline = rest.sites.length > 0 ? forecastSitesByBaseline(rest, best) : [];
    return [
      ...byModel.map((forecast) => toEvent(forecast, { ...issue, model: modelOf(standing, forecast) })),
      ...byBaseline.map((forecast) => toEvent(forecast, { ...issue, model: baselineOf(forecast, best) })),
    ];
  }
}

/** The model with its held-out scores: of load alone for a site without generation, else the mean of both. */
function modelOf(standing: Standing, forecast: SiteForecast): Model {
  if (standing.kind !== 'model') throw new TypeError('no model serves');
  const { load, generation } = standing.model.reports;
  const reports = generation && forecast.generation ? [load, generation] : [load];
  const mean = (of: (report: typeof load) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0) / reports.length;
  return {
    name: standing.model.lineage.algorithm,
    version: standing.model.version,
    backend: standing.backend,
    isBaseline: false,
    mase: mean(({ mase }) => mase),
    coverage80Pct: mean(({ coverage80Pct }) => coverage80Pct),
  };
}

function baselineOf(forecast: SiteForecast, best: Partial<Record<'load' | 'generation', string>>): Model {
  const names = { ...DEFAULT_BASELINES, ...best };
  const name = forecast.generation ? `${names.load}+${names.generation}` : names.load;
  return { name, version: '1', backend: 'none', isBaseline: true };
}
