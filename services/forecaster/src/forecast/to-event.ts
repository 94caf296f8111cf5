import type { ForecastPublished, QuantileSeries } from '@wattmesh/events';
import type { Quantiles } from '../evaluate/score-forecast.ts';
import type { SiteForecast } from '../training/messages.ts';

/** A site's forecast as its event: energies to a tenth of a Wh, which keeps their order. */
export function toEvent(
  forecast: SiteForecast,
  issue: Pick<ForecastPublished, 'issuedAt' | 'firstIntervalStart' | 'model'>,
): ForecastPublished {
  return {
    siteId: forecast.siteId,
    issuedAt: issue.issuedAt,
    firstIntervalStart: issue.firstIntervalStart,
    load: seriesOf(forecast.load),
    ...(forecast.generation && { generation: seriesOf(forecast.generation) }),
    model: issue.model,
  };
}

const seriesOf = ({ p10Wh, p50Wh, p90Wh }: Quantiles): QuantileSeries => ({
  p10Wh: tenths(p10Wh),
  p50Wh: tenths(p50Wh),
  p90Wh: tenths(p90Wh),
});

const tenths = (values: Float32Array): number[] => Array.from(values, (value) => Math.round(10 * value) / 10);
