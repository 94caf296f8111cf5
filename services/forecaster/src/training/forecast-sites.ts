import type { Panel, Quantity } from '../features/panel.ts';
import type { Quantiles } from '../evaluate/score-forecast.ts';
import { QUANTITIES } from '../features/quantities.ts';
import { contextsOf, type SiteContext } from '../features/site-context.ts';
import { predictQuantiles, type QuantityModel } from '../model/predict-quantiles.ts';
import type { SiteForecast } from './messages.ts';
import type { Training } from './train-models.ts';

/**
 * The model's forecasts for the day after a panel's end: only for sites of which a day of load in the last two weeks is known, and with
 * generation wherever the site has it. A site that the model cannot serve in full is left out: a baseline serves it.
 */
export function forecastSites(panel: Panel, models: Training['models']): SiteForecast[] {
  const contexts = contextsOf(panel).filter(
    ({ site }) => isKnown(site.loadWh) && (!site.generationWh || isKnown(site.generationWh)),
  );
  const loads = predict('load', { contexts, issue: panel.count }, models.load);
  const producers = contexts.filter(({ site }) => site.generationWh);
  const generations = models.generation
    ? predict('generation', { contexts: producers, issue: panel.count }, models.generation)
    : new Map();
  return contexts.flatMap((context) => {
    const load = loads.get(context);
    const generation = generations.get(context);
    if (!load || (context.site.generationWh && !generation)) return [];
    return [{ siteId: context.site.siteId, load, ...(generation && { generation }) }];
  });
}

const WEEKS = 14 * 96;
const DAY = 96;

function isKnown(valuesWh: Float32Array): boolean {
  return valuesWh.subarray(-WEEKS).reduce((known, value) => known + (Number.isNaN(value) ? 0 : 1), 0) >= DAY;
}

function predict(
  quantity: Quantity,
  at: { contexts: readonly SiteContext[]; issue: number },
  model: QuantityModel,
): Map<SiteContext, Quantiles> {
  const asked = at.contexts.flatMap((context) => {
    const window = QUANTITIES[quantity].buildWindow(context, at.issue);
    return window ? [{ context, window }] : [];
  });
  if (asked.length === 0) return new Map();
  const forecasts = predictQuantiles(
    asked.map(({ window }) => window),
    model,
  );
  return new Map(
    asked.flatMap(({ context }, index) => (forecasts[index] ? [[context, forecasts[index]] as const] : [])),
  );
}
