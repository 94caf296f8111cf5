import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, INTERVAL_MS, intervalStartOf, Logger } from '@wattmesh/platform';
import { BASELINES, type BaselineName } from '../baseline/forecast-baseline.ts';
import type { Panel } from '../features/panel.ts';
import { PAST_DAYS, PastStore } from '../history/past.store.ts';
import { SiteService, type ForecastSite } from '../site/site.service.ts';
import type { Backend, SiteForecast } from './messages.ts';
import { ModelStore, type StoredModel } from './model.store.ts';
import { ModelWorkers } from './model-workers.service.ts';
import { packModels } from './pack-models.ts';
import type { Training } from './train-models.ts';

/** Who forecasts now, and why. */
export type Standing =
  | { kind: 'waiting'; reason: string }
  | { kind: 'training'; share: number }
  | { kind: 'model'; model: StoredModel; backend: Backend }
  | { kind: 'baseline'; reason: string; best: Partial<Record<'load' | 'generation', BaselineName>> };

interface Span {
  sites: ForecastSite[];
  fromMs: number;
  untilMs: number;
  historyHash: string;
}

/** Changes when the same history would give another model. */
export const ALGORITHM = 'dense-mixer-1';

/** Brings the model: stored for the same data, else trained beside the event loop; promoted only where it beats the baselines. */
@Injectable()
export class TrainingService {
  #standing: Standing = { kind: 'waiting', reason: 'no site is registered yet' };
  #running: Promise<void> | undefined;

  constructor(
    private readonly sites: SiteService,
    private readonly past: PastStore,
    private readonly models: ModelStore,
    private readonly workers: ModelWorkers,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get standing(): Standing {
    return this.#standing;
  }

  /** True where every site of the history file is registered, so that a training sees them all. */
  async hasAllSites(): Promise<boolean> {
    const known = new Set((await this.sites.consumers()).map(({ siteId }) => siteId));
    return known.size > 0 && [...(this.past.file?.siteIds ?? [])].every((siteId) => known.has(siteId));
  }

  /** Finds or trains a model, unless one serves. Resolves when it is decided who forecasts. */
  ensureModel(): Promise<void> {
    this.#running ??= this.clock.track(this.#ensure()).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Takes up the model that was stored for the same history, if there is one; trains nothing. */
  async restore(): Promise<void> {
    const span = this.#spanOf(await this.sites.consumers());
    const stored = 'reason' in span ? undefined : await this.models.newestOf(this.#lineageKey(span));
    if (stored) this.#standing = await this.#adopt(stored);
  }

  /** The model's forecasts of a panel's sites; none where a baseline serves, or where the model does not answer, which is logged. */
  async forecast(panel: Panel): Promise<SiteForecast[]> {
    const { standing } = this;
    if (standing.kind !== 'model') return [];
    try {
      return await this.workers.forecast(panel, standing.model.models);
    } catch (error) {
      if (this.workers.isStopped) throw error;
      const version = standing.model.version;
      this.logger.error({ err: error, version }, 'the model did not answer: this interval is forecast by baselines');
      return [];
    }
  }

  async #ensure(): Promise<void> {
    if (this.#standing.kind === 'model') return;
    const span = this.#spanOf(await this.sites.consumers());
    if ('reason' in span) {
      this.#standing = { kind: 'waiting', reason: span.reason };
      return;
    }
    try {
      const stored = await this.models.newestOf(this.#lineageKey(span));
      this.#standing = await this.#adopt(stored ?? (await this.#train(span)));
    } catch (error) {
      if (this.workers.isStopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#standing = { kind: 'baseline', reason: `training failed: ${reason}`, best: {} };
      this.logger.error({ err: error }, 'no model: the baselines forecast until a training succeeds');
    }
  }

  #spanOf(sites: ForecastSite[]): Span | { reason: string } {
    if (sites.length === 0) return { reason: 'no site with a load meter is registered yet' };
    const { file } = this.past;
    if (!file) {
      const untilMs = intervalStartOf(this.clock.now());
      const fromMs = Math.max(this.past.earliestMs, untilMs - PAST_DAYS * 96 * INTERVAL_MS);
      return fromMs < untilMs
        ? { sites, fromMs, untilMs, historyHash: 'metered' }
        : { reason: 'nothing is metered yet' };
    }
    const told = sites.filter(({ siteId }) => file.siteIds.has(siteId));
    if (told.length === 0) return { reason: `no site of the history file is registered` };
    return { sites: told, fromMs: file.startMs, untilMs: file.endMs, historyHash: file.hash };
  }

  async #train(span: Span): Promise<StoredModel | { reason: string }> {
    this.#standing = { kind: 'training', share: 0 };
    const panel = this.past.panel(span.sites, span.fromMs, span.untilMs);
    const { result, backend } = await this.workers.train(
      panel,
      (share) => (this.#standing = { kind: 'training', share }),
    );
    if (!result.isTrained) return result;
    const model = this.#modelOf(result.training, span, backend);
    await this.models.keep(model, this.#lineageKey(span));
    this.logger.info(
      { version: model.version, backend, isPromoted: model.isPromoted, reports: model.reports },
      'model trained',
    );
    return model;
  }

  async #adopt(outcome: StoredModel | { reason: string }): Promise<Standing> {
    if ('reason' in outcome) return { kind: 'baseline', reason: outcome.reason, best: {} };
    if (outcome.isPromoted) return { kind: 'model', model: outcome, backend: await this.workers.backend() };
    const { load, generation } = outcome.reports;
    const best = { load: load.bestBaseline, ...(generation && { generation: generation.bestBaseline }) };
    return {
      kind: 'baseline',
      reason: `${outcome.version} did not beat ${BASELINES.join(', ')} on the held-out days`,
      best,
    };
  }

  #modelOf(training: Training, span: Span, backend: Backend): StoredModel {
    const { weights } = packModels(training.models);
    const content = createHash('sha256').update(JSON.stringify(training.reports)).update(weights).digest('hex');
    const { seed, epochs, hidden } = this.workers.options;
    const { fromMs, untilMs, historyHash } = span;
    const siteIds = span.sites.map(({ siteId }) => siteId);
    return {
      version: `${ALGORITHM}-${content.slice(0, 12)}`,
      isPromoted: training.isBetter,
      lineage: {
        fromMs,
        untilMs,
        siteIds,
        historyHash,
        algorithm: ALGORITHM,
        seed,
        epochs,
        hidden,
        backend,
        parameters: training.parameters,
      },
      reports: training.reports,
      models: training.models,
    };
  }

  #lineageKey({ historyHash }: Span): string {
    const { seed, epochs, hidden } = this.workers.options;
    return createHash('sha256')
      .update(JSON.stringify([ALGORITHM, seed, epochs, hidden, historyHash]))
      .digest('hex');
  }
}
