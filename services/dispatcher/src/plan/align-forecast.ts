import type { DeviceRegistered, ForecastPublished } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';

/** A site's forecast over the horizon as powers, W. */
export interface SiteForecast {
  loadW: number[];
  generationW: number[];
  /** How far net import may pass the median upwards, and net export likewise. */
  importMarginW: number[];
  exportMarginW: number[];
}

const DAY = 96;

/**
 * A published forecast laid on the horizon; undefined where there is none, or only one that has run out.
 *
 * Method: interval by interval; where the forecast ends inside the horizon the same time of its last day stands in; where it begins one
 * interval late, its first value does. A site without household and solar needs no forecast: it is zero by nature.
 * Units: Wh per interval in, W out. Complexity: linear.
 *
 * Example: P50 of 125 Wh in 15 minutes is 500 W.
 */
export function alignForecast(
  forecast: ForecastPublished | undefined,
  horizon: { devices: readonly DeviceRegistered[]; firstIntervalStartMs: number; intervals: number },
): SiteForecast | undefined {
  const steps = Array.from({ length: horizon.intervals }, (_, t) => t);
  const zero = steps.map(() => 0);
  const isPassive = !horizon.devices.some((device) => device.meterRole === 'load' || device.meterRole === 'generation');
  if (isPassive) return { loadW: zero, generationW: zero, importMarginW: zero, exportMarginW: zero };
  if (forecast === undefined) return undefined;
  const length = forecast.load.p50Wh.length;
  const offset = (horizon.firstIntervalStartMs - Date.parse(forecast.firstIntervalStart)) / INTERVAL_MS;
  if (offset < -1 || offset >= length) return undefined;
  const indexOf = (t: number): number => {
    let index = Math.max(0, offset + t);
    while (index >= length) index -= Math.min(DAY, length);
    return index;
  };
  const powers = (series: readonly number[] | undefined): number[] =>
    series === undefined ? zero : steps.map((t) => (series[indexOf(t)]! * 3_600_000) / INTERVAL_MS);
  const [load10, loadW, load90] = [forecast.load.p10Wh, forecast.load.p50Wh, forecast.load.p90Wh].map(powers) as [
    number[],
    number[],
    number[],
  ];
  const { generation } = forecast;
  const [sun10, generationW, sun90] = [generation?.p10Wh, generation?.p50Wh, generation?.p90Wh].map(powers) as [
    number[],
    number[],
    number[],
  ];
  return {
    loadW,
    generationW,
    importMarginW: steps.map((t) => load90[t]! - loadW[t]! + generationW[t]! - sun10[t]!),
    exportMarginW: steps.map((t) => loadW[t]! - load10[t]! + sun90[t]! - generationW[t]!),
  };
}
