import { describe, expect, it } from 'vitest';
import { periodEndOf, periodStartOf } from './settlement-period.ts';

const terms = { startsAt: '2026-07-06T12:07:00Z', settlementPeriodIntervals: 4 };

describe('periodStartOf', () => {
  it.each([
    ['2026-07-06T12:15:00Z', '2026-07-06T12:15:00.000Z'],
    ['2026-07-06T13:00:00Z', '2026-07-06T12:15:00.000Z'],
    ['2026-07-06T13:15:00Z', '2026-07-06T13:15:00.000Z'],
    ['2026-07-07T00:00:00Z', '2026-07-06T23:15:00.000Z'],
  ])('counts periods from the first whole interval: %s is in the one of %s', (intervalStart, expected) => {
    expect(periodStartOf(intervalStart, terms)).toBe(expected);
  });

  it('ends a period where the next one starts', () => {
    expect(periodEndOf('2026-07-06T12:15:00.000Z', terms)).toBe('2026-07-06T13:15:00.000Z');
  });
});
