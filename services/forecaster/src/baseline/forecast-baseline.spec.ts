import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCalendar } from '../calendar/build-calendar.ts';
import { forecastBaselineQuantiles } from './forecast-baseline-quantiles.ts';
import { BASELINES, forecastBaseline } from './forecast-baseline.ts';

const START = Date.UTC(2026, 5, 1);
const calendar = buildCalendar('UTC', START, 40 * 96);
const series = fc.array(fc.option(fc.integer({ min: 0, max: 1000 }), { nil: NaN, freq: 5 }), {
  minLength: 9 * 96,
  maxLength: 30 * 96,
});

describe('the baselines', () => {
  it('repeats the last day in UTC where nothing is missing, as the naive reference does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 192, maxLength: 1000 }), (values) => {
        const valuesWh = Float32Array.from(values);
        const forecast = forecastBaseline('seasonal-naive-day', { valuesWh, calendar, issue: values.length });
        expect([...(forecast ?? [])]).toEqual(values.slice(-96));
      }),
      { numRuns: 30 },
    );
  });

  it('means the last four days of the same type, by a slow reference', () => {
    const valuesWh = Float32Array.from({ length: 20 * 96 }, (_, at) => (at * 37) % 101);
    const forecast = forecastBaseline('same-weekday-mean', { valuesWh, calendar, issue: valuesWh.length });
    const isWeekend = (at: number): boolean => [0, 6].includes(new Date(START + at * 900_000).getUTCDay());
    const expected = Array.from({ length: 96 }, (_, step) => {
      const target = valuesWh.length + step;
      const past = Array.from({ length: 20 }, (_v, day) => target - 96 * (day + 1)).filter(
        (at) => at >= 0 && isWeekend(at) === isWeekend(target),
      );
      return past.slice(0, 4).reduce((sum, at) => sum + valuesWh[at]!, 0) / 4;
    });
    expected.forEach((value, step) => expect(forecast?.[step]).toBeCloseTo(value, 3));
  });

  it('C7 takes the same wall-clock quarter across a change of the clock, and an earlier day where it did not exist', () => {
    const startMs = Date.UTC(2026, 2, 26, 23);
    const berlin = buildCalendar('Europe/Berlin', startMs, 5 * 96);
    const valuesWh = Float32Array.from({ length: 96 + 96 + 92 }, (_, at) => berlin.quarterOf[at] ?? -1);
    const forecast = forecastBaseline('seasonal-naive-day', { valuesWh, calendar: berlin, issue: valuesWh.length });
    expect([...(forecast ?? [])]).toEqual(Array.from({ length: 96 }, (_, quarter) => quarter));
  });

  it('C22 never takes a missing value for zero and never reads what is not past', () => {
    fc.assert(
      fc.property(series, fc.constantFrom(...BASELINES), (values, name) => {
        const issue = values.length - 96;
        const past = { valuesWh: Float32Array.from(values), calendar, issue };
        const changed = { ...past, valuesWh: past.valuesWh.map((value, at) => (at >= issue ? 99_999 : value)) };
        const forecast = forecastBaseline(name, past);
        expect(forecast).toEqual(forecastBaseline(name, changed));
        const known = values.slice(0, issue).filter((value) => !Number.isNaN(value));
        if (known.length > 0) expect(Math.min(...(forecast ?? []))).toBeGreaterThanOrEqual(Math.min(...known) - 1e-3);
        const quantiles = forecastBaselineQuantiles(name, past);
        quantiles?.p50Wh.forEach((middle, step) => {
          expect(quantiles.p10Wh[step]).toBeLessThanOrEqual(middle);
          expect(quantiles.p90Wh[step]).toBeGreaterThanOrEqual(middle);
          expect(quantiles.p10Wh[step]).toBeGreaterThanOrEqual(0);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('says nothing where nothing is known', () => {
    expect(
      forecastBaseline('seasonal-naive-day', { valuesWh: new Float32Array(96).fill(NaN), calendar, issue: 96 }),
    ).toBeUndefined();
  });
});
