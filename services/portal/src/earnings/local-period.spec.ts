import { describe, expect, it } from 'vitest';
import { localPeriod } from './local-period.ts';

const intervalsOf = (period: { from: string; to: string }): number =>
  (Date.parse(period.to) - Date.parse(period.from)) / 900_000;

describe('a local day', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 92],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', 100],
    ['America/Los_Angeles', '2017-07-17', '2017-07-17T07:00:00.000Z', 96],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 98],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z', 96],
    // Its clocks went from midnight to one o'clock: the day began then.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', 92],
    // One o'clock came twice to midnight: the day began at the first.
    ['America/Havana', '2025-11-02', '2025-11-02T04:00:00.000Z', 100],
  ])('of %s, %s, begins at %s and has %i intervals', (...[timeZone, date, from, intervals]) => {
    const day = localPeriod('day', date, timeZone);
    expect([day.from, intervalsOf(day)]).toEqual([from, intervals]);
  });

  it('and month follow each other without a gap', () => {
    const months = ['2026-03-31', '2026-04-15'].map((date) => localPeriod('month', date, 'Europe/Berlin'));
    expect(months[0]!.to).toBe(months[1]!.from);
    expect(intervalsOf(months[0]!)).toBe(31 * 96 - 4);
    expect(localPeriod('day', '2026-12-31', 'UTC').to).toBe('2027-01-01T00:00:00.000Z');
  });
});
