import { describe, expect, it } from 'vitest';
import { formatSpan } from './format-age.ts';
import { formatEnergy } from './format-energy.ts';
import { formatMoney, formatPrice } from './format-money.ts';
import { formatPower } from './format-power.ts';
import { formatDate, formatDateTime, formatTime, localDay, zoneLabel } from './format-time.ts';
import { localeOf, makeFormat } from './use-format.ts';

const berlin = { timeZone: 'Europe/Berlin', language: 'en-GB' };

describe('formatPower', () => {
  it.each([
    [[420, 80], 'W', ['420', '80']],
    [[999, -999], 'W', ['999', '−999']],
    [[999.6], 'kW', ['1.00']],
    [[420, 12_300], 'kW', ['0.42', '12.3']],
    [[9999, 10_000], 'kW', ['10.00', '10.0']],
    [[undefined, 5], 'W', ['–', '5']],
    [[-0.2], 'W', ['0']],
    [[], 'W', []],
  ] as const)('gives %j one unit, %s', (valuesW, unit, texts) => {
    expect(formatPower(valuesW, 'en-GB')).toEqual({ unit, texts });
  });

  it('writes the decimal sign of the language', () => {
    expect(formatPower([1234], 'de-DE').texts).toEqual(['1,23']);
  });
});

describe('formatEnergy', () => {
  it('keeps one unit in a group, from Wh over kWh to MWh', () => {
    expect(formatEnergy([999, 3], 'en-GB')).toEqual({ unit: 'Wh', texts: ['999', '3'] });
    expect(formatEnergy([13_500, undefined], 'en-GB')).toEqual({ unit: 'kWh', texts: ['13.50', '–'] });
    expect(formatEnergy([12_000_000], 'en-GB')).toEqual({ unit: 'MWh', texts: ['12.00'] });
  });
});

describe('money', () => {
  it('comes from micro-units with its currency', () => {
    expect(formatMoney(3_214_567, { currency: 'EUR', language: 'en-GB' })).toBe('€3.21');
    expect(formatMoney(-13_899, { currency: 'EUR', language: 'en-GB' }, 6)).toBe('−€0.013899');
    expect(formatMoney(-1, { currency: 'EUR', language: 'en-GB' })).toBe('€0.00');
    expect(formatMoney(undefined, { currency: 'EUR', language: 'en-GB' })).toBe('–');
  });

  it('shows a price per kWh to a hundredth of a cent, negative too', () => {
    expect(formatPrice(142_300, { currency: 'EUR', language: 'en-GB' })).toBe('€0.1423/kWh');
    expect(formatPrice(-5000, { currency: 'EUR', language: 'de-DE' })).toMatch(/^−0,0050\s€\/kWh$/);
  });
});

describe('times', () => {
  it("stand in the community's zone, whatever the device's is", () => {
    expect(formatTime('2024-06-21T16:15:00Z', berlin)).toBe('18:15');
    expect(formatDateTime('2024-12-31T23:30:00Z', berlin)).toBe('01 Jan 2025, 00:30');
    expect(formatDate('2024-06-21T22:30:00Z', berlin)).toMatch(/22 Jun 2024$/);
    expect(localDay('2024-06-21T22:30:00Z', 'Europe/Berlin')).toBe('2024-06-22');
  });

  it('tell the two 02:30 of an autumn night apart by their zone', () => {
    const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'];
    expect(twice.map((instant) => formatTime(instant, berlin))).toEqual(['02:30', '02:30']);
    expect(zoneLabel(twice[0]!, berlin)).not.toBe(zoneLabel(twice[1]!, berlin));
  });
});

describe('formatSpan', () => {
  it.each([
    [-3, '0 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7199, '119 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ])('shows %d s as %s', (seconds, text) => {
    expect(formatSpan(seconds, 'en-GB')).toBe(text);
  });
});

it('shows a missing value as a dash without a unit', () => {
  const format = makeFormat({ timeZone: 'Europe/Berlin', language: localeOf('de') }, 'EUR');
  expect([format.onePower(undefined), format.oneEnergy(undefined), format.percent(undefined)]).toEqual(['–', '–', '–']);
  expect(format.onePower(1500)).toBe('1,50 kW');
  expect(format.powerIn(420, 'kW')).toBe('0,42 kW');
});
