import type { ForecastPublished } from '@wattmesh/events';
import type { TimelineView } from '../view/timeline-view.schema.ts';

/** Summary of the sites' newest forecasts: the oldest of them, and the worst scores of them. Oldest first. */
export function summariseForecasts(
  newest: readonly { issuedAt: string; model: ForecastPublished['model'] }[],
): TimelineView['forecast'] {
  const [oldest] = newest;
  if (oldest === undefined) return undefined;
  const models = newest.map(({ model }) => model);
  const scores = models.flatMap(({ mase }) => (mase === undefined ? [] : [mase]));
  const coverages = models.flatMap(({ coverage80Pct }) => (coverage80Pct === undefined ? [] : [coverage80Pct]));
  const isBaseline = models.some((model) => model.isBaseline);
  const shown = models.find((model) => model.isBaseline === isBaseline) ?? oldest.model;
  return {
    issuedAt: oldest.issuedAt,
    model: `${shown.name} ${shown.version}`,
    isBaseline,
    ...(scores.length === 0 ? {} : { mase: Math.max(...scores) }),
    ...(coverages.length === 0 ? {} : { coverage80Pct: Math.min(...coverages) }),
    sites: newest.length,
  };
}

/** Summary of the sites' newest plans: the oldest of them, their costs added, each binding constraint once. Oldest first. */
export function summarisePlans(
  newest: readonly { issuedAt: string; costMicro: number; binding: readonly string[] }[],
): TimelineView['plan'] {
  const [oldest] = newest;
  if (oldest === undefined) return undefined;
  return {
    issuedAt: oldest.issuedAt,
    costMicro: newest.reduce((sum, { costMicro }) => sum + costMicro, 0),
    binding: [...new Set(newest.flatMap(({ binding }) => binding))],
    sites: newest.length,
  };
}
