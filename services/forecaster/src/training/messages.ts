import type { Quantiles } from '../evaluate/score-forecast.ts';
import type { Panel } from '../features/panel.ts';
import type { Training, TrainingResult } from './train-models.ts';
import type { TrainingOptions } from './train-quantity.ts';

/** Where the tensors live. */
export type Backend = 'tensorflow' | 'wasm';
/** What the operator asks for: `auto` takes native TensorFlow where it is installed, else WASM. */
export type WantedBackend = Backend | 'auto';

/** What the worker is asked. */
export type Request =
  | { kind: 'train'; id: number; panel: Panel; options: TrainingOptions }
  | { kind: 'forecast'; id: number; panel: Panel; models: Training['models'] };

/** What the worker says; `ready` comes once, first. */
export type Answer =
  | { kind: 'ready'; backend: Backend }
  | { kind: 'progress'; id: number; share: number }
  | { kind: 'trained'; id: number; result: TrainingResult }
  | { kind: 'forecasted'; id: number; forecasts: SiteForecast[] }
  | { kind: 'failed'; id?: number; reason: string };

/** Forecast of one site for the next day; generation is absent where the site has none. */
export interface SiteForecast {
  siteId: string;
  load: Quantiles;
  generation?: Quantiles;
}
