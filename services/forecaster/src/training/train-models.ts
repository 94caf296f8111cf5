import type { Panel, Quantity } from '../features/panel.ts';
import { contextsOf } from '../features/site-context.ts';
import { countParameters } from '../model/network-shape.ts';
import type { QuantityModel } from '../model/predict-quantiles.ts';
import type { Report } from './score-models.ts';
import { FITS_PER_QUANTITY, MIN_TRAINING_QUARTERS, trainQuantity, type TrainingOptions } from './train-quantity.ts';

/** The outcome of a training: models and held-out scores per quantity; generation is absent where no site has any. */
export interface Training {
  models: Record<'load', QuantityModel> & Partial<Record<'generation', QuantityModel>>;
  reports: Record<'load', Report> & Partial<Record<'generation', Report>>;
  parameters: number;
  /** True where for every quantity the model's error is below that of the best baseline on the held-out days. */
  isBetter: boolean;
}

/** Why there is nothing to train on: too little history is a state, not a fault. */
export type TrainingResult = { isTrained: true; training: Training } | { isTrained: false; reason: string };

/** Trains the global model of load and, where there is any, of generation. Progress is the share done, 0 to 1. */
export function trainModels(
  panel: Panel,
  options: TrainingOptions,
  onProgress: (share: number) => void,
): TrainingResult {
  if (panel.count < MIN_TRAINING_QUARTERS) {
    const days = (quarters: number): string => (quarters / 96).toFixed(1);
    return {
      isTrained: false,
      reason: `the history has ${days(panel.count)} days; training needs ${days(MIN_TRAINING_QUARTERS)}`,
    };
  }
  const contexts = contextsOf(panel);
  const hasSun = panel.sites.some((site) => site.generationWh?.some((value) => value > 0));
  const quantities: Quantity[] = hasSun ? ['load', 'generation'] : ['load'];
  let finished = 0;
  const train = (quantity: Quantity): ReturnType<typeof trainQuantity> =>
    trainQuantity(
      quantity,
      { contexts, count: panel.count },
      {
        ...options,
        onFit: (share) => {
          onProgress((finished + share) / (quantities.length * FITS_PER_QUANTITY));
          if (share === 1) finished++;
        },
      },
    );
  const load = train('load');
  if (!load) return { isTrained: false, reason: 'no site has measured load in the training and the held-out days' };
  const generation = hasSun ? train('generation') : undefined;
  const all = generation ? [load, generation] : [load];
  return {
    isTrained: true,
    training: {
      models: { load: load.model, ...(generation && { generation: generation.model }) },
      reports: { load: load.report, ...(generation && { generation: generation.report }) },
      parameters: all.reduce((sum, { model }) => sum + countParameters(model.shape), 0),
      isBetter: all.every(({ report }) => report.maeWh < report.baselineMaeWh[report.bestBaseline]),
    },
  };
}
