import { Injectable } from '@nestjs/common';
import { Clock, Logger } from '@wattmesh/platform';
import { BASELINES, type BaselineName } from '../baseline/forecast-baseline.ts';
import type { Panel } from '../features/panel.ts';
import type { Backend, SiteForecast } from './messages.ts';
import { ModelStore, type ModelOrigin, type StoredModel } from './model.store.ts';
import { ModelWorkers } from './model-workers.service.ts';
import { TrainingData, type TrainingSpan } from './training-data.service.ts';

/** Who forecasts now, and why. */
export type Standing =
  | { kind: 'waiting'; reason: string }
  | { kind: 'training'; share: number }
  | { kind: 'model'; model: StoredModel; backend: Backend }
  | { kind: 'baseline'; reason: string; best: Partial<Record<'load' | 'generation', BaselineName>> };

/** Changes when the same history would give another model. */
const ALGORITHM = 'dense-mixer-1';

/** Brings the model: stored for the same data, else trained beside the event loop; promoted only where it beats the baselines. */
@Injectable()
export class TrainingService {
  #standing: Standing = { kind: 'waiting', reason: 'no site is registered yet' };
  #running: Promise<void> | undefined;

  constructor(
    private readonly data: TrainingData,
    private readonly models: ModelStore,
    private readonly workers: ModelWorkers,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get standing(): Standing {
    return this.#standing;
  }

  /** Whether a training would see every site that it knows the past of. */
  hasAllSites(): Promise<boolean> {
    return this.data.hasAllSites();
  }

  /** Finds or trains a model, unless one serves. Resolves when it is decided who forecasts. */
  ensureModel(): Promise<void> {
    this.#running ??= this.clock.track(this.#ensure()).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Takes up the model that was stored for the same history, if there is one; trains nothing. */
  async restore(): Promise<void> {
    const span = await this.data.span();
    const stored = 'reason' in span ? undefined : await this.models.newestOf(this.#origin(span));
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
    const span = await this.data.span();
    if ('reason' in span) {
      this.#standing = { kind: 'waiting', reason: span.reason };
      return;
    }
    try {
      const stored = await this.models.newestOf(this.#origin(span));
      this.#standing = await this.#adopt(stored ?? (await this.#train(span)));
    } catch (error) {
      if (this.workers.isStopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#standing = { kind: 'baseline', reason: `training failed: ${reason}`, best: {} };
      this.logger.error({ err: error }, 'no model: the baselines forecast until a training succeeds');
    }
  }

  async #train(span: TrainingSpan): Promise<StoredModel | { reason: string }> {
    this.#standing = { kind: 'training', share: 0 };
    const { result, backend } = await this.workers.train(
      this.data.panel(span),
      (share) => (this.#standing = { kind: 'training', share }),
    );
    if (!result.isTrained) return result;
    const { fromMs, untilMs, sites } = span;
    const siteIds = sites.map(({ siteId }) => siteId);
    const model = await this.models.keep(result.training, { ...this.#origin(span), fromMs, untilMs, siteIds, backend });
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

  #origin({ historyHash }: TrainingSpan): ModelOrigin {
    return { algorithm: ALGORITHM, ...this.workers.options, historyHash };
  }
}
