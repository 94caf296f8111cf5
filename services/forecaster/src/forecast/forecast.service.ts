import { Injectable } from '@nestjs/common';
import { ForecastPublished } from '@wattmesh/events';
import { Clock, intervalStartOf, Logger } from '@wattmesh/platform';
import { Outbox, Transactions } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { DEFAULT_BASELINES, forecastSitesByBaseline } from '../baseline/forecast-sites-by-baseline.ts';
import { LOOK_BACK, QUARTER_MS, type Panel } from '../features/panel.ts';
import { PAST_DAYS, PastStore } from '../history/past.store.ts';
import { SiteService } from '../site/site.service.ts';
import type { SiteForecast } from '../training/messages.ts';
import { ModelWorkers } from '../training/model-workers.service.ts';
import { TrainingService, type Standing } from '../training/training.service.ts';
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
    private readonly workers: ModelWorkers,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** True once forecasts have left since the start, by whoever is to forecast. */
  get hasIssued(): boolean {
    return this.#hasIssued;
  }

  /** One batch for all sites in one transaction; calls queue up. What has already left for the interval does not leave again. */
  publish(): Promise<void> {
    const next = this.#last.catch(() => undefined).then(() => this.#publish());
    this.#last = next;
    return this.clock.track(next);
  }

  async #publish(): Promise<void> {
    const sites = await this.sites.consumers();
    if (sites.length === 0) return;
    const firstMs = intervalStartOf(this.clock.now());
    const panel = this.past.panel(sites, firstMs - LOOK_BACK * QUARTER_MS, firstMs);
    const events = await this.#eventsOf(panel, firstMs);
    if (events.length === 0) return;
    await this.transactions.run(async (tx) => this.outbox.publish(tx, ForecastPublished, await claim(events, tx)));
    this.#hasIssued = true;
    this.past.forgetBefore(firstMs - (PAST_DAYS + 1) * 96 * QUARTER_MS);
  }

  async #eventsOf(panel: Panel, firstMs: number): Promise<ForecastPublished[]> {
    const { standing } = this.training;
    const issue = { issuedAt: this.clock.nowIso(), firstIntervalStart: new Date(firstMs).toISOString() };
    const byModel = standing.kind === 'model' ? await this.#byModel(panel, standing) : [];
    const served = new Set(byModel.map(({ siteId }) => siteId));
    const rest = { ...panel, sites: panel.sites.filter(({ siteId }) => !served.has(siteId)) };
    const best = standing.kind === 'baseline' ? standing.best : {};
    const byBaseline = rest.sites.length > 0 ? forecastSitesByBaseline(rest, best) : [];
    return [
      ...byModel.map((forecast) => toEvent(forecast, { ...issue, model: modelOf(standing) })),
      ...byBaseline.map((forecast) => toEvent(forecast, { ...issue, model: baselineOf(forecast, best) })),
    ];
  }

  async #byModel(panel: Panel, { model }: Extract<Standing, { kind: 'model' }>): Promise<SiteForecast[]> {
    try {
      return await this.workers.forecast(panel, model.models);
    } catch (error) {
      if (this.workers.isStopped) throw error;
      this.logger.error({ err: error, version: model.version }, 'the model did not answer: this interval is forecast by baselines');
      return [];
    }
  }
}

function modelOf(standing: Standing): Model {
  if (standing.kind !== 'model') throw new TypeError('no model serves');
  const { load, generation } = standing.model.reports;
  const reports = generation ? [load, generation] : [load];
  const mean = (of: (report: typeof load) => number): number => reports.reduce((sum, report) => sum + of(report), 0) / reports.length;
  return {
    name: standing.model.lineage.algorithm,
    version: standing.model.version,
    backend: standing.backend,
    isBaseline: false,
    mase: mean(({ mase }) => mase),
    coverage80Pct: mean(({ coverage80Pct }) => coverage80Pct),
  };
}

function baselineOf(forecast: SiteForecast, best: Partial<typeof DEFAULT_BASELINES> | object): Model {
  const names = { ...DEFAULT_BASELINES, ...best };
  const name = forecast.generation ? `${names.load}+${names.generation}` : names.load;
  return { name, version: '1', backend: 'none', isBaseline: true };
}

/** The events that have not left yet, noted as left in the transaction that publishes them. */
async function claim(events: readonly ForecastPublished[], tx: EntityManager): Promise<ForecastPublished[]> {
  const versionOf = ({ model }: ForecastPublished): string => `${model.name}@${model.version}`;
  const rows: { site_id: string }[] = await tx.query(
    `insert into issue (site_id, first_interval_start, model_version)
     select * from unnest($1::text[], $2::timestamptz[], $3::text[])
     on conflict (site_id) do update
       set first_interval_start = excluded.first_interval_start, model_version = excluded.model_version
       where issue.first_interval_start < excluded.first_interval_start
          or (issue.first_interval_start = excluded.first_interval_start and issue.model_version <> excluded.model_version)
     returning site_id`,
    [events.map(({ siteId }) => siteId), events.map(({ firstIntervalStart }) => firstIntervalStart), events.map(versionOf)],
  );
  const claimed = new Set(rows.map((row) => row.site_id));
  return events.filter(({ siteId }) => claimed.has(siteId));
}
