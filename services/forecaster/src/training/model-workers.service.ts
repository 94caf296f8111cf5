import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Panel } from '../features/panel.ts';
import { ForecasterConfig } from '../forecaster.config.ts';
import type { Backend, SiteForecast } from './messages.ts';
import { ModelWorker } from './model-worker.link.ts';
import type { Training, TrainingResult } from './train-models.ts';
import type { TrainingOptions } from './train-quantity.ts';

/** The threads that compute: one that forecasts and stays, one per training that goes with it and frees its memory. */
@Injectable()
export class ModelWorkers implements OnModuleDestroy {
  readonly #training = new Set<ModelWorker>();
  #forecasting: ModelWorker | undefined;
  #isStopped = false;

  constructor(private readonly config: ForecasterConfig) {}

  /** True once the service ends: what fails then is nobody's fault. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** How trainings are done. */
  get options(): TrainingOptions {
    const { FORECASTER_SEED: seed, FORECASTER_EPOCHS: epochs, FORECASTER_HIDDEN: hidden } = this.config;
    return { seed, epochs, hidden };
  }

  async train(
    panel: Panel,
    onProgress: (share: number) => void,
  ): Promise<{ result: TrainingResult; backend: Backend }> {
    const worker = new ModelWorker(this.config.FORECASTER_BACKEND);
    this.#training.add(worker);
    try {
      return { backend: await worker.ready(), result: await worker.train(panel, this.options, onProgress) };
    } finally {
      this.#training.delete(worker);
      await worker.stop();
    }
  }

  /** The backend that forecasts. */
  backend(): Promise<Backend> {
    return this.#forecaster().ready();
  }

  forecast(panel: Panel, models: Training['models']): Promise<SiteForecast[]> {
    return this.#forecaster().forecast(panel, models);
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(
      [...this.#training, ...(this.#forecasting ? [this.#forecasting] : [])].map((worker) => worker.stop()),
    );
  }

  #forecaster(): ModelWorker {
    if (!this.#forecasting || this.#forecasting.hasFailed)
      this.#forecasting = new ModelWorker(this.config.FORECASTER_BACKEND);
    return this.#forecasting;
  }
}
