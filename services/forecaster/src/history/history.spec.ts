import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHistoryLine } from './parse-history.ts';
import { parseWeatherLine, type WeatherRow } from './parse-weather.ts';
import { QuarterSeries } from './quarter-series.ts';
import { SitePast } from './site-past.ts';
import { spreadWeather } from './spread-weather.ts';

const QUARTER = 900_000;
const HOUR = 3_600_000;

describe('the history file', () => {
  it('C22 reads an empty energy as missing and a zero as zero', () => {
    const startMs = Date.parse('2017-06-05T16:15:00Z');
    expect(parseHistoryLine('home-1,2017-06-05T16:15:00.000Z,212,')).toEqual({
      siteId: 'home-1',
      startMs,
      loadWh: 212,
    });
    expect(parseHistoryLine('home-1,2017-06-05T16:15:00Z,,0')).toEqual({ siteId: 'home-1', startMs, generationWh: 0 });
  });

  it.each([
    'home-1,2017-06-05T16:15:00Z,1',
    'Home 1,2017-06-05T16:15:00Z,1,1',
    'home-1,2017-06-05T16:10:00Z,1,1',
    'home-1,2017-06-05 16:15,1,1',
    'home-1,2017-06-05T16:15:00Z,-1,1',
    'home-1,2017-06-05T16:15:00Z,NaN,1',
    'home-1,2017-06-05T16:15:00Z, ,1',
  ])('refuses %s', (line) => {
    expect(parseHistoryLine(line)).toHaveProperty('wrong');
  });
});

describe('the weather', () => {
  it.each([
    '2017-06-05T16:30:00Z,1,2,3,4',
    '2017-06-05T16:00:00Z,1,-2,3,4',
    '2017-06-05T16:00:00Z,x,2,3,4',
    '2017-06-05T16:00:00Z,1,2,3',
  ])('refuses %s', (line) => {
    expect(parseWeatherLine(line)).toHaveProperty('wrong');
  });

  it('C22 is stale, not gone, where its source is silent: the same hour of up to three days before', () => {
    const hours = new Map<number, WeatherRow>([[10 * HOUR, { startMs: 10 * HOUR, ghiWm2: 500 }]]);
    const at = (hour: number): number | undefined => spreadWeather(hours, { startMs: hour * HOUR, count: 4 }).ghiWm2[3];
    expect([at(10), at(34), at(82), at(106), at(11)]).toEqual([500, 500, 500, NaN, NaN]);
  });
});

describe('the past of a site', () => {
  it('gives back what was set, and NaN elsewhere, over any span', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: 0, max: 99 }))),
        fc.integer({ min: -300, max: 300 }),
        (sets, from) => {
          const series = new QuarterSeries();
          const reference = new Map<number, number>();
          for (const [quarter, value] of sets) {
            series.set(quarter * QUARTER, value);
            reference.set(quarter, value);
          }
          expect(series.slice(from * QUARTER, 150)).toEqual(
            Float32Array.from({ length: 150 }, (_, at) => reference.get(from + at) ?? NaN),
          );
        },
      ),
    );
  });

  it('sums the meters of a site, knows no half sum and prefers meters to the file', () => {
    const past = new SitePast();
    past.setFile(0, 500);
    past.setFile(QUARTER, 500);
    past.setMetered('a', QUARTER, 100);
    past.setMetered('b', QUARTER, 20);
    past.setMetered('a', 2 * QUARTER, 100);
    expect(past.slice(0, 3)).toEqual(Float32Array.of(500, 120, NaN));
    past.forgetBefore(100 * 24 * HOUR);
    expect(past.slice(0, 1)).toEqual(Float32Array.of(NaN));
  });
});
