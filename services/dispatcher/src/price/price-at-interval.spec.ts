import { describe, expect, it } from 'vitest';
import { priceAtInterval } from './price-at-interval.ts';

const band = { fromLocalHour: 0, toLocalHour: 24, retailMicroPerKwh: 220_000 };
const peak = {
  months: [6, 7, 8, 9],
  weekdays: [1, 2, 3, 4, 5],
  fromLocalHour: 16,
  toLocalHour: 21,
  retailMicroPerKwh: 540_000,
};
const tariff = { bands: [peak, band], feedInMicroPerKwh: 50_000, sharedChargesMicroPerKwh: 20_000 };
const retailAt = (instant: string, timeZone: string, bands = tariff.bands): number | undefined =>
  priceAtInterval({ ...tariff, bands }, { intervalStartMs: Date.parse(instant), timeZone })?.retailMicroPerKwh;

describe('priceAtInterval', () => {
  it('takes the first band that holds at local time', () => {
    expect(retailAt('2017-07-17T22:45:00Z', 'America/Los_Angeles')).toBe(220_000);
    expect(retailAt('2017-07-17T23:00:00Z', 'America/Los_Angeles')).toBe(540_000);
    expect(retailAt('2017-07-22T23:00:00Z', 'America/Los_Angeles')).toBe(220_000);
  });

  it('C7 follows zones of odd offsets and both changes of the clocks', () => {
    const night = [{ fromLocalHour: 2, toLocalHour: 3, retailMicroPerKwh: 1 }, band];
    expect(retailAt('2026-07-06T20:15:00Z', 'Asia/Kathmandu', night)).toBe(1);
    expect(retailAt('2026-10-25T00:30:00Z', 'Europe/Berlin', night)).toBe(1);
    expect(retailAt('2026-10-25T01:30:00Z', 'Europe/Berlin', night)).toBe(1);
    expect(retailAt('2026-03-29T01:00:00Z', 'Europe/Berlin', night)).toBe(220_000);
    expect(retailAt('2026-04-04T15:30:00Z', 'Australia/Lord_Howe', night)).toBe(1);
  });

  it('knows bands past midnight and says where none holds', () => {
    const night = [{ fromLocalHour: 22, toLocalHour: 6, retailMicroPerKwh: 7 }];
    expect(retailAt('2026-07-06T23:00:00Z', 'UTC', night)).toBe(7);
    expect(retailAt('2026-07-06T12:00:00Z', 'UTC', night)).toBeUndefined();
  });
});
