import type { Calendar } from '../calendar/build-calendar.ts';
import { HORIZON } from '../features/panel.ts';

/**
 * The named baselines a model must beat, each per wall-clock quarter in the site's zone: `seasonal-naive-day` repeats the last day,
 * `seasonal-naive-week` the same weekday of last week, `same-weekday-mean` the mean of the last four days of the same type (working
 * day or weekend). A missing value (NaN) or a wall-clock quarter that did not exist falls back to the next earlier day that has one, and where no
 * day has, to the mean of all known values. Values at or after `issue` are not read. Undefined where nothing is known.
 *
 * @returns energy per quarter in Wh for the next 96 quarters
 * @example forecastBaseline('seasonal-naive-day', { valuesWh, calendar, issue: 96 })
 */
export function forecastBaseline(name: BaselineName, past: Past): Float32Array | undefined {
  const meanWh = meanOfKnown(past.valuesWh, past.issue);
  if (meanWh === undefined) return undefined;
  const rule = RULES[name];
  return Float32Array.from({ length: HORIZON }, (_, step) => {
    const found = lookBack(past, past.issue + step, rule);
    return found.length > 0 ? found.reduce((sum, value) => sum + value, 0) / found.length : meanWh;
  });
}

export interface Past {
  valuesWh: Float32Array;
  calendar: Calendar;
  /** Position of the first quarter to forecast. */
  issue: number;
}

export const BASELINES = ['seasonal-naive-day', 'seasonal-naive-week', 'same-weekday-mean'] as const;
export type BaselineName = (typeof BASELINES)[number];

interface Rule {
  strideDays: number;
  values: number;
  isSameType: boolean;
}

const RULES: Record<BaselineName, Rule> = {
  'seasonal-naive-day': { strideDays: 1, values: 1, isSameType: false },
  'seasonal-naive-week': { strideDays: 7, values: 1, isSameType: false },
  'same-weekday-mean': { strideDays: 1, values: 4, isSameType: true },
};
const MAX_DAYS = 28;

function lookBack(past: Past, target: number, rule: Rule): number[] {
  const { calendar, valuesWh, issue } = past;
  const day = calendar.dayOf[target] ?? 0;
  const quarter = calendar.quarterOf[target] ?? 0;
  const isWeekend = (calendar.weekdayOf[target] ?? 1) > 5;
  const found: number[] = [];
  for (let days = rule.strideDays; days <= MAX_DAYS && found.length < rule.values; days += rule.strideDays) {
    const position = calendar.positionOf(day - days, quarter);
    if (position < 0 || position >= issue) continue;
    if (rule.isSameType && (calendar.weekdayOf[position] ?? 1) > 5 !== isWeekend) continue;
    const value = valuesWh[position] ?? NaN;
    if (!Number.isNaN(value)) found.push(value);
  }
  return found;
}

function meanOfKnown(valuesWh: Float32Array, issue: number): number | undefined {
  let sum = 0;
  let count = 0;
  for (let position = Math.max(0, issue - MAX_DAYS * 96); position < issue; position++) {
    const value = valuesWh[position] ?? NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : undefined;
}
