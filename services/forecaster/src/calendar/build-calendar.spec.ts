import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCalendar } from './build-calendar.ts';
import { locateSun } from './locate-sun.ts';

const QUARTER_MS = 900_000;
const ZONES = ['Europe/Berlin', 'America/Los_Angeles', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'];

/** Quarters of each whole local day around an instant. */
function lengthsOfDays(timeZone: string, aroundMs: number): number[] {
  const calendar = buildCalendar(timeZone, aroundMs - 192 * QUARTER_MS, 384);
  const lengths = new Map<number, number>();
  calendar.dayOf.forEach((day) => lengths.set(day, (lengths.get(day) ?? 0) + 1));
  return [...lengths.values()].slice(1, -1);
}

describe('the local calendar', () => {
  it.each([
    ['Europe/Berlin', Date.UTC(2026, 2, 29, 1), 92],
    ['Europe/Berlin', Date.UTC(2026, 9, 25, 1), 100],
    ['America/Los_Angeles', Date.UTC(2016, 10, 6, 9), 100],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15), 98],
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15), 94],
    ['Asia/Kathmandu', Date.UTC(2026, 2, 29, 1), 96],
  ])('C7 counts the quarters of a changing day in %s', (zone, changeMs, quarters) => {
    expect(lengthsOfDays(zone, changeMs)).toContain(quarters);
    expect(
      lengthsOfDays(zone, changeMs)
        .filter((length) => length !== quarters)
        .every((length) => length === 96),
    ).toBe(true);
  });

  it('C7 has no position for a wall-clock quarter that spring skips, and the first of one that autumn repeats', () => {
    const spring = buildCalendar('Europe/Berlin', Date.UTC(2026, 2, 28, 23), 92);
    expect(spring.positionOf(0, 8)).toBe(-1);
    expect(spring.positionOf(0, 12)).toBe(8);
    const autumn = buildCalendar('Europe/Berlin', Date.UTC(2026, 9, 24, 22), 100);
    expect(autumn.positionOf(0, 8)).toBe(8);
    expect(autumn.quarterOf[12]).toBe(8);
  });

  it('agrees with the zone database on every quarter', () => {
    const date = (zone: string, ms: number): string =>
      new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hourCycle: 'h23',
        hour: '2-digit',
        minute: '2-digit',
        weekday: 'short',
      }).format(ms);
    const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 1_650_000, max: 2_050_000 }),
        fc.integer({ min: 0, max: 300 }),
        (zone, start, at) => {
          const startMs = start * QUARTER_MS;
          const calendar = buildCalendar(zone, startMs, 301);
          const quarter = calendar.quarterOf[at] ?? -1;
          const clock = `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String(15 * (quarter % 4)).padStart(2, '0')}`;
          expect(date(zone, startMs + at * QUARTER_MS)).toBe(`${names[(calendar.weekdayOf[at] ?? 0) - 1]} ${clock}`);
          expect(calendar.quarterOf[calendar.positionOf(calendar.dayOf[at] ?? -1, quarter)]).toBe(quarter);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the sun', () => {
  const london = { latitudeDeg: 51.5, longitudeDeg: 0 };

  it.each([
    ['summer noon', Date.UTC(2026, 5, 21, 12, 2), Math.sin((61.9 * Math.PI) / 180)],
    ['winter noon', Date.UTC(2026, 11, 21, 11, 58), Math.sin((15.1 * Math.PI) / 180)],
    ['equinox sunrise', Date.UTC(2026, 2, 20, 6, 8), 0],
  ])('stands where the almanac says: %s', (_, atMs, sinElevation) => {
    expect(locateSun(atMs, london).sinElevation).toBeCloseTo(sinElevation, 1);
  });

  it('gives no light at night', () => {
    expect(locateSun(Date.UTC(2026, 5, 21, 0), london)).toMatchObject({ clearSkyWm2: 0 });
  });
});
