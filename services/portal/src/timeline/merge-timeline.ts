import { Quality, type Tariff } from '@wattmesh/events';
import { priceAtInterval } from '@wattmesh/market/price-at-interval';
import type { ForecastRow } from '../forecast/forecast.store.ts';
import type { PlanRow } from '../plan/plan.store.ts';
import type { TimelinePoint, TimelineStep } from '../view/timeline-view.schema.ts';

/** Energies of one step as the database sums them; null where nobody metered. */
export type EnergyRow = { readonly start: Date; readonly last: Date; readonly qualityRank: number } & Readonly<
  Partial<Record<EnergyName, number | null>>
>;
type EnergyName = Extract<keyof TimelinePoint, `${string}Wh`>;

/** Prices of the intervals of one step that were cleared. */
export interface PriceRow {
  readonly start: Date;
  readonly intervals: number;
  readonly priceMicroPerKwh: number | null;
  readonly retailMicroPerKwh: number;
  readonly feedInMicroPerKwh: number;
}

/** Charge of batteries at the end of one interval. */
export interface ChargeRow {
  readonly intervalStart: Date;
  readonly socPct: number;
}

/** What is known of a range, step by step; starts are ascending, and the last step ends at `toMs`. */
export interface TimelineParts {
  readonly starts: readonly number[];
  readonly toMs: number;
  readonly step: TimelineStep;
  readonly timeZone: string;
  readonly tariff: Tariff;
  readonly energies: readonly EnergyRow[];
  readonly prices: readonly PriceRow[];
  readonly charges: readonly ChargeRow[];
  readonly forecasts: readonly ForecastRow[];
  readonly plans: readonly PlanRow[];
}

const INTERVAL_MS = 900_000;
const HOUR_MS = 3_600_000;
const NAMES: readonly EnergyName[] = [
  'loadWh',
  'generationWh',
  'chargedWh',
  'dischargedWh',
  'chargingWh',
  'importWh',
  'exportWh',
  'feederImportWh',
  'feederExportWh',
];

/**
 * Lays what is known side by side, one point a step. A step without clearings, or with some missing, shows the tariff. O(n).
 *
 * Preconditions: the starts of all rows are among `starts`.
 */
export function mergeTimeline(parts: TimelineParts): TimelinePoint[] {
  const energies = byStart(parts.energies);
  const prices = byStart(parts.prices);
  const forecasts = byStart(parts.forecasts);
  const plans = byStart(parts.plans);
  const charges = new Map(parts.charges.map((row) => [row.intervalStart.getTime(), row.socPct]));
  const tariff = tariffReader(parts);
  return parts.starts.map((startMs, index): TimelinePoint => {
    const endMs = parts.starts[index + 1] ?? parts.toMs;
    const energy = energies.get(startMs);
    const socPct = charges.get(parts.step === 'interval' ? startMs : (energy?.last.getTime() ?? Number.NaN));
    return {
      start: new Date(startMs).toISOString(),
      ...energiesOf(energy),
      ...(socPct === undefined ? {} : { socPct: rounded(socPct) }),
      ...pricesOf(prices.get(startMs), { startMs, endMs }, tariff),
      ...forecastOf(forecasts.get(startMs)),
      ...planOf(plans.get(startMs)),
    };
  });
}

function byStart<T extends { readonly start: Date }>(rows: readonly T[]): Map<number, T> {
  return new Map(rows.map((row) => [row.start.getTime(), row]));
}

function energiesOf(row: EnergyRow | undefined): Partial<TimelinePoint> {
  if (row === undefined) return {};
  const known = NAMES.flatMap((name) => {
    const energyWh = row[name];
    return energyWh === undefined || energyWh === null ? [] : [[name, energyWh] as const];
  });
  const quality = Quality.options[row.qualityRank];
  return { ...Object.fromEntries(known), ...(quality === undefined ? {} : { quality }) };
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}
type Prices = Pick<TimelinePoint, 'priceMicroPerKwh' | 'retailMicroPerKwh' | 'feedInMicroPerKwh'>;

function pricesOf(row: PriceRow | undefined, span: Span, tariff: (span: Span) => Prices): Prices {
  const isWhole = row !== undefined && row.intervals * INTERVAL_MS === span.endMs - span.startMs;
  return {
    ...(row === undefined || row.priceMicroPerKwh === null
      ? {}
      : { priceMicroPerKwh: Math.round(row.priceMicroPerKwh) }),
    ...(isWhole
      ? {
          retailMicroPerKwh: Math.round(row.retailMicroPerKwh),
          feedInMicroPerKwh: Math.round(row.feedInMicroPerKwh),
        }
      : tariff(span)),
  };
}

/** Reads the tariff of a step: bands begin at whole local hours, and so do hours and days. */
function tariffReader({ tariff, timeZone }: TimelineParts): (span: Span) => Prices {
  return ({ startMs, endMs }) => {
    let sumMicro = 0;
    let count = 0;
    for (let ms = startMs; ms < endMs; ms += HOUR_MS) {
      const retail = retailAt(tariff, { intervalStart: new Date(ms).toISOString(), timeZone });
      if (retail === undefined) return {};
      sumMicro += retail;
      count += 1;
    }
    return { retailMicroPerKwh: Math.round(sumMicro / count), feedInMicroPerKwh: tariff.feedInMicroPerKwh };
  };
}

/** A tariff with a gap has no price there: the market says so, the timeline shows none. */
function retailAt(tariff: Tariff, moment: { intervalStart: string; timeZone: string }): number | undefined {
  try {
    return priceAtInterval(tariff, moment).retailMicroPerKwh;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function forecastOf(row: ForecastRow | undefined): Pick<TimelinePoint, 'forecast'> {
  if (row === undefined) return {};
  const { generationP10Wh, generationP50Wh, generationP90Wh } = row;
  return {
    forecast: {
      loadP10Wh: rounded(row.loadP10Wh),
      loadP50Wh: rounded(row.loadP50Wh),
      loadP90Wh: rounded(row.loadP90Wh),
      ...(generationP10Wh === null || generationP50Wh === null || generationP90Wh === null
        ? {}
        : {
            generationP10Wh: rounded(generationP10Wh),
            generationP50Wh: rounded(generationP50Wh),
            generationP90Wh: rounded(generationP90Wh),
          }),
    },
  };
}

function planOf(row: PlanRow | undefined): Pick<TimelinePoint, 'plan'> {
  if (row === undefined) return {};
  const { siteWh, storageWh, socPct } = row;
  return {
    plan: {
      siteWh: rounded(siteWh),
      ...(storageWh === null ? {} : { storageWh: rounded(storageWh) }),
      ...(socPct === null ? {} : { socPct: Math.min(100, Math.max(0, rounded(socPct))) }),
    },
  };
}

/** To hundredths: more is noise of the sums. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
