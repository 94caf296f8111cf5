import type { Tariff } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { priceAtInterval } from './price-at-interval.ts';

const summer = [6, 7, 8, 9];
const tariff: Tariff = {
  bands: [
    { months: summer, weekdays: [1, 2, 3, 4, 5], fromLocalHour: 16, toLocalHour: 21, retailMicroPerKwh: 540_000 },
    { months: summer, weekdays: [6, 7], fromLocalHour: 16, toLocalHour: 21, retailMicroPerKwh: 400_000 },
    { months: summer, fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 220_000 },
    { fromLocalHour: 16, toLocalHour: 21, retailMicroPerKwh: 500_000 },
    { fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 210_000 },
  ],
  feedInMicroPerKwh: 50_000,
  sharedChargesMicroPerKwh: 20_000,
};
const retail = (intervalStart: string, timeZone = 'America/Los_Angeles') =>
  priceAtInterval(tariff, { intervalStart, timeZone }).retailMicroPerKwh;

describe('priceAtInterval', () => {
  it.each([
    ['a summer weekday at 15:45', '2026-07-06T22:45:00Z', 220_000],
    ['a summer weekday at 16:00', '2026-07-06T23:00:00Z', 540_000],
    ['a summer weekday at 20:45, already Tuesday in UTC', '2026-07-07T03:45:00Z', 540_000],
    ['a summer weekday at 21:00', '2026-07-07T04:00:00Z', 220_000],
    ['a summer Sunday at 16:00', '2026-07-05T23:00:00Z', 400_000],
    ['a winter day at 16:00', '2026-01-06T00:00:00Z', 500_000],
    ['midnight', '2026-07-06T07:00:00Z', 220_000],
    ['the last hour of September, October in UTC', '2026-10-01T06:45:00Z', 220_000],
  ])('prices %s', (_, intervalStart, expected) => {
    expect(retail(intervalStart)).toBe(expected);
  });

  it('C7 follows the clock change: the evening band moves an hour in UTC', () => {
    expect(retail('2026-11-01T00:00:00Z')).toBe(500_000);
    expect(retail('2026-11-02T00:00:00Z')).toBe(500_000);
    expect(retail('2026-11-02T04:45:00Z')).toBe(500_000);
    expect(retail('2026-11-02T05:00:00Z')).toBe(210_000);
    expect(retail('2026-10-31T23:00:00Z')).toBe(500_000);
    expect(retail('2026-11-01T23:00:00Z')).toBe(210_000);
  });

  it('C7 follows zones off the hour: Kathmandu at +5:45 and Lord Howe with its shift of 30 minutes', () => {
    expect(retail('2026-01-05T10:00:00Z', 'Asia/Kathmandu')).toBe(210_000);
    expect(retail('2026-01-05T10:15:00Z', 'Asia/Kathmandu')).toBe(500_000);
    expect(retail('2026-01-05T05:00:00Z', 'Australia/Lord_Howe')).toBe(500_000);
    expect(retail('2026-01-05T04:45:00Z', 'Australia/Lord_Howe')).toBe(210_000);
    expect(retail('2026-05-04T05:15:00Z', 'Australia/Lord_Howe')).toBe(210_000);
    expect(retail('2026-05-04T05:30:00Z', 'Australia/Lord_Howe')).toBe(500_000);
  });

  it('C7 counts 92 and 100 intervals with a price on the days of the change in Berlin', () => {
    const count = (fromUtc: string, toUtc: string) => (Date.parse(toUtc) - Date.parse(fromUtc)) / 900_000;
    expect(count('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).toBe(92);
    expect(count('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')).toBe(100);
    expect(retail('2026-03-29T14:00:00Z', 'Europe/Berlin')).toBe(500_000);
    expect(retail('2026-10-25T15:00:00Z', 'Europe/Berlin')).toBe(500_000);
  });

  it('refuses a moment that no band covers', () => {
    const gap: Tariff = { ...tariff, bands: [{ fromLocalHour: 22, toLocalHour: 6, retailMicroPerKwh: 1 }] };
    expect(priceAtInterval(gap, { intervalStart: '2026-01-01T05:45:00Z', timeZone: 'UTC' }).retailMicroPerKwh).toBe(1);
    expect(() => priceAtInterval(gap, { intervalStart: '2026-01-01T06:00:00Z', timeZone: 'UTC' })).toThrow(RangeError);
  });
});
