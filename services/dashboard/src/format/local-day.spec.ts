import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localDay } from './format-time.ts';
import { addDays, dayRange, isDay } from './local-day.ts';

const HOUR_MS = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Australia/Lord_Howe',
];

describe('dayRange', () => {
  it('gives days of 23 and 25 hours where the clocks change', () => {
    const hours = (day: string, timeZone: string): number => {
      const { fromMs, toMs } = dayRange(day, timeZone);
      return (toMs - fromMs) / HOUR_MS;
    };
    expect(hours('2026-03-29', 'Europe/Berlin')).toBe(23);
    expect(hours('2026-10-25', 'Europe/Berlin')).toBe(25);
    expect(hours('2026-06-21', 'Europe/Berlin')).toBe(24);
    expect(hours('2026-04-05', 'Australia/Lord_Howe')).toBe(24.5);
    expect(new Date(dayRange('2026-10-25', 'Europe/Berlin').fromMs).toISOString()).toBe('2026-10-24T22:00:00.000Z');
  });

  it('begins and ends on the day in every zone, one day after the other', () => {
    const days = fc.integer({ min: 0, max: 365 * 8 }).map((number) => addDays('2020-01-01', number));
    fc.assert(
      fc.property(days, fc.constantFrom(...ZONES), (day, timeZone) => {
        const { fromMs, toMs } = dayRange(day, timeZone);
        expect(localDay(fromMs, timeZone)).toBe(day);
        expect(localDay(toMs - 1, timeZone)).toBe(day);
        expect(localDay(fromMs - 1, timeZone)).toBe(addDays(day, -1));
        expect(dayRange(addDays(day, 1), timeZone).fromMs).toBe(toMs);
      }),
      { numRuns: 60 },
    );
  });

  it('knows a day that there is', () => {
    expect([isDay('2024-02-29'), isDay('2023-02-29'), isDay('2023-2-1'), isDay(undefined)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
