import { configOf } from '@wattmesh/platform';
import { z } from 'zod';

export class ForecasterConfig extends configOf(
  z.object({
    /** CSV of the metered past of each site; without one the forecaster learns when the meters have told it enough. */
    FORECASTER_HISTORY: z.string().min(1).optional(),
    /** CSV of the day-ahead weather forecast, covering history and run. */
    FORECASTER_WEATHER: z.string().min(1).optional(),
    /** `auto` takes native TensorFlow where it is installed, else WASM. */
    FORECASTER_BACKEND: z.enum(['auto', 'tensorflow', 'wasm']).default('auto'),
    FORECASTER_SEED: z.coerce.number().int().nonnegative().default(1),
    FORECASTER_EPOCHS: z.coerce.number().int().min(1).max(1000).default(6),
    /** Width of the network's hidden layers. */
    FORECASTER_HIDDEN: z.coerce.number().int().min(1).max(512).default(32),
  }),
) {}
