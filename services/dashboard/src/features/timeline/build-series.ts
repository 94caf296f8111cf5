import type { TimelinePoint, TimelineStep, TimelineView } from '@wattmesh/portal/views';

/**
 * Columns of a chart from a timeline: mean powers in kW at the middle of each point (load and import positive, generation and
 * export negative), state of charge in percent, prices per kWh in whole currency units. What is missing is null, which the
 * chart shows as a gap. A plan stands only where time has not passed. One pass, no decimation.
 */
export const COLUMNS = [
  'loadKw',
  'loadP10Kw',
  'loadP50Kw',
  'loadP90Kw',
  'sunKw',
  'sunP10Kw',
  'sunP50Kw',
  'sunP90Kw',
  'netKw',
  'planNetKw',
  'storageKw',
  'planStorageKw',
  'socPct',
  'planSocPct',
  'price',
  'retail',
  'feedIn',
] as const;
export type ColumnName = (typeof COLUMNS)[number];
export type Value = number | null;
/** `seconds` are the middles of the points, for what is a mean; `startSeconds` their beginnings, for what steps. */
export type Series = { seconds: number[]; startSeconds: number[]; span: [number, number] } & Record<
  ColumnName,
  Value[]
>;

const STEP_MS: Record<TimelineStep, number> = { interval: 900_000, hour: 3_600_000, day: 86_400_000 };
const HOUR_MS = 3_600_000;
const KILO = 1000;
const MICRO = 1_000_000;

export function buildSeries(view: Pick<TimelineView, 'points' | 'step'>, nowMs: number): Series {
  const points = fromFirstKnown(view.points);
  const series: Series = { seconds: [], startSeconds: [], span: [0, 0], ...emptyColumns() };
  const starts = points.map((point) => Date.parse(point.start));
  points.forEach((point, index) => {
    const startMs = starts[index] ?? 0;
    // A local day may have 23 or 25 hours: the next start tells.
    const lengthMs = (starts[index + 1] ?? startMs + STEP_MS[view.step]) - startMs;
    series.span = [(starts[0] ?? 0) / KILO, (startMs + lengthMs) / KILO];
    series.startSeconds.push(startMs / KILO);
    series.seconds.push((startMs + lengthMs / 2) / KILO);
    const values = valuesOf(point, lengthMs / HOUR_MS, startMs + lengthMs > nowMs);
    for (const name of COLUMNS) series[name].push(values[name] ?? null);
  });
  return series;
}

/** Before a community was metered or forecast there is only its tariff: nothing to look at. */
function fromFirstKnown(points: readonly TimelinePoint[]): readonly TimelinePoint[] {
  const first = points.findIndex((point) => point.importWh !== undefined || point.forecast !== undefined);
  return points.slice(Math.max(0, first));
}

function emptyColumns(): Record<ColumnName, Value[]> {
  return Object.fromEntries(COLUMNS.map((name) => [name, [] as Value[]])) as Record<ColumnName, Value[]>;
}

type Values = Partial<Record<ColumnName, number | undefined>>;

function valuesOf(point: TimelinePoint, hours: number, isAhead: boolean): Values {
  const { forecast } = point;
  const kw = (energyWh: number | undefined) => (energyWh === undefined ? undefined : energyWh / hours / KILO);
  return {
    loadKw: kw(point.loadWh),
    loadP10Kw: kw(forecast?.loadP10Wh),
    loadP50Kw: kw(forecast?.loadP50Wh),
    loadP90Kw: kw(forecast?.loadP90Wh),
    sunKw: minus(kw(point.generationWh)),
    sunP10Kw: minus(kw(forecast?.generationP10Wh)),
    sunP50Kw: minus(kw(forecast?.generationP50Wh)),
    sunP90Kw: minus(kw(forecast?.generationP90Wh)),
    netKw: kw(difference(point.importWh, point.exportWh)),
    storageKw: kw(difference(point.chargedWh, point.dischargedWh)),
    socPct: point.socPct,
    ...(isAhead ? planValues(point, kw) : {}),
    price: units(point.priceMicroPerKwh),
    retail: units(point.retailMicroPerKwh),
    feedIn: units(point.feedInMicroPerKwh),
  };
}

function planValues({ plan }: TimelinePoint, kw: (energyWh: number | undefined) => number | undefined): Values {
  return { planNetKw: kw(plan?.siteWh), planStorageKw: kw(plan?.storageWh), planSocPct: plan?.socPct };
}

function difference(inWh: number | undefined, outWh: number | undefined): number | undefined {
  return inWh === undefined || outWh === undefined ? undefined : inWh - outWh;
}

function minus(value: number | undefined): number | undefined {
  return value === undefined ? undefined : 0 - value;
}

function units(micro: number | undefined): number | undefined {
  return micro === undefined ? undefined : micro / MICRO;
}
