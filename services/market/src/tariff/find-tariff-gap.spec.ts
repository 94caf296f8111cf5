import { describe, expect, it } from 'vitest';
import { findTariffGap } from './find-tariff-gap.ts';

const tariff = (
  ...bands: { fromLocalHour: number; toLocalHour: number; weekdays?: number[]; months?: number[] }[]
) => ({
  bands: bands.map((band) => ({ ...band, retailMicroPerKwh: 1 })),
  feedInMicroPerKwh: 0,
  sharedChargesMicroPerKwh: 0,
});

describe('findTariffGap', () => {
  it('finds nothing where every hour has a band', () => {
    expect(
      findTariffGap(tariff({ fromLocalHour: 22, toLocalHour: 6 }, { fromLocalHour: 6, toLocalHour: 22 })),
    ).toBeUndefined();
  });

  it.each([
    ['an hour', tariff({ fromLocalHour: 0, toLocalHour: 23 }), '2026-01-01T23:00:00.000Z'],
    [
      'a weekday',
      tariff({ fromLocalHour: 0, toLocalHour: 24, weekdays: [1, 2, 3, 4, 5, 7] }),
      '2026-01-03T00:00:00.000Z',
    ],
    [
      'a month',
      tariff({ fromLocalHour: 0, toLocalHour: 24, months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }),
      '2026-12-01T00:00:00.000Z',
    ],
  ])('finds the gap of %s', (_, gappy, expected) => {
    expect(findTariffGap(gappy)).toBe(expected);
  });
});
