import { describe, expect, it } from 'vitest';
import { findFileRow, findWeatherRow, localHour } from './find-file-row.ts';

const ZONE = 'America/Los_Angeles';
const rowAt = (at: string): number => findFileRow(Date.parse(at), ZONE);

describe('the row of an hour', () => {
  it('is hour-ending: 09:00 to 10:00 local on July 17, 2017 is hour 10 of day 350', () => {
    expect(rowAt('2017-07-17T16:00:00Z')).toBe(24 * 350 + 10);
  });

  it('begins with the last hour of July 31, 2016', () => {
    expect(rowAt('2016-08-01T06:00:00Z')).toBe(0);
    expect(rowAt('2016-08-01T07:00:00Z')).toBe(1);
  });

  it('C7 skips the hour that spring has not and repeats the one that autumn has twice', () => {
    const spring = ['2017-03-12T09:00:00Z', '2017-03-12T10:00:00Z', '2017-03-12T11:00:00Z'].map(rowAt);
    expect(spring.map((row) => row - (spring[0] ?? 0))).toEqual([0, 2, 3]);
    const autumn = ['2016-11-06T08:00:00Z', '2016-11-06T09:00:00Z', '2016-11-06T10:00:00Z'].map(rowAt);
    expect(autumn.map((row) => row - (autumn[0] ?? 0))).toEqual([0, 0, 1]);
  });

  it('repeats after 52 weeks outside the year of the file', () => {
    expect(rowAt('2017-08-07T16:00:00Z')).toBe(rowAt('2016-08-08T16:00:00Z'));
    expect(rowAt('2016-07-25T16:00:00Z')).toBe(rowAt('2017-07-24T16:00:00Z'));
  });

  it('of the weather stays on standard time', () => {
    expect(findWeatherRow(Date.parse('2017-01-10T20:00:00Z'))).toBe(rowAt('2017-01-10T20:00:00Z'));
    expect(findWeatherRow(Date.parse('2017-07-17T20:00:00Z'))).toBe(rowAt('2017-07-17T20:00:00Z') - 1);
  });

  it('C7 knows zones with half and quarter hours', () => {
    expect(localHour(Date.parse('2017-07-17T00:20:00Z'), 'Asia/Kathmandu').hour).toBe(6);
    expect(localHour(Date.parse('2017-07-16T23:30:00Z'), 'Australia/Lord_Howe').hour).toBe(10);
  });
});
