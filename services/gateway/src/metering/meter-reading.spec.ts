import { describe, expect, it } from 'vitest';
import type { MeterEnrolled } from '@wattmesh/events';
import type { DeviceReading } from '../site/device-reading.ts';
import { meterReading, type MeterRecord } from './meter-reading.ts';
import { shapeCoarseCounter, type ShapeState } from './shape-coarse-counter.ts';

const INTERVAL_MS = 900_000;
const ENROLMENT: MeterEnrolled = {
  meterId: 'home-1-meter',
  siteId: 'home-1',
  communityId: 'village',
  memberId: 'home-1',
  role: 'revenue',
  publicKey: `0x${'00'.repeat(64)}`,
  attestation: 'gatewaySoftware',
  enrolledAt: '2026-07-01T00:00:00.000Z',
  maxIntervalWh: 3_000,
};
const ABOUT = { device: { ratedW: 12_000, meterRole: 'revenue' as const }, enrolment: ENROLMENT, tightMs: 15_000 };

const aReading = (atMs: number, importWh: number, over: Partial<DeviceReading> = {}): DeviceReading => ({
  deviceId: 'home-1-meter',
  atMs,
  receivedAtMs: atMs,
  quality: 'measured',
  points: { powerW: 1_000, importWh, exportWh: 0 },
  ...over,
});

function meterAll(readings: readonly DeviceReading[], maxIntervalWh = 3_000) {
  let record: MeterRecord | undefined;
  return readings.flatMap((reading) => {
    const step = meterReading(record, reading, { ...ABOUT, enrolment: { ...ENROLMENT, maxIntervalWh } });
    record = step?.record ?? record;
    return step?.meterings ?? [];
  });
}

describe('interval meterings', () => {
  it('come from the counters at both ends', () => {
    const [metering] = meterAll([aReading(0, 1_000), aReading(INTERVAL_MS, 1_250)]);
    expect(metering).toMatchObject({
      intervalStart: '1970-01-01T00:00:00.000Z',
      importWh: 250,
      exportWh: 0,
      counters: { startImportWh: 1_000, endImportWh: 1_250 },
      quality: 'measured',
      run: 'preliminary',
    });
  });

  it('that become known after the clearing are corrections, estimated and with the true total', () => {
    const late = meterAll([aReading(0, 1_000), aReading(INTERVAL_MS, 1_250), aReading(4 * INTERVAL_MS, 2_000)]).slice(
      1,
    );
    expect(late.map(({ run, quality, importWh }) => [run, quality, importWh])).toEqual([
      ['correction-1', 'estimated', 250],
      ['correction-1', 'estimated', 250],
      ['preliminary', 'estimated', 250],
    ]);
  });

  it('C23 are absent, not zero, where the counters were not read', () => {
    expect(meterAll([aReading(0, 1_000), aReading(INTERVAL_MS, 0, { points: { powerW: 3 } })])).toEqual([]);
  });

  it('are suspect where the device clock is off by more than 2 s', () => {
    const [metering] = meterAll([aReading(0, 1_000), aReading(INTERVAL_MS, 1_250, { clockOffsetMs: -2_500 })]);
    expect(metering?.quality).toBe('suspect');
  });

  it('of a coarse register take their shape from power and their total from the counter', () => {
    const counter = { resolutionWh: 100 };
    const stepWh = (1_000 * INTERVAL_MS) / 3_600_000 / 60;
    const polls = Array.from({ length: 60 * 16 + 1 }, (_, index) => {
      const importWh = Math.floor((50 + index * stepWh) / 100) * 100 + 100_000;
      return aReading((index * INTERVAL_MS) / 60, importWh, { counter });
    });
    const meterings = meterAll(polls);
    const last = meterings.slice(-4);
    expect(last.map(({ quality }) => quality)).toEqual(Array.from({ length: 4 }, () => 'estimated'));
    for (const { importWh } of last) expect(Math.abs(importWh - 250)).toBeLessThanOrEqual(6);
  });

  it('C8 of a coarse register that froze say so, and come to the true total', () => {
    const counter = { resolutionWh: 100 };
    const frozen = Array.from({ length: 60 }, (_, minute) => aReading(minute * 60_000, 100_000, { counter }));
    const meterings = meterAll([...frozen, aReading(4 * INTERVAL_MS, 101_000, { counter })]);
    expect(meterings.map(({ run, quality }) => [run, quality])).toEqual([
      ['preliminary', 'estimated'],
      ['correction-1', 'suspect'],
      ['correction-1', 'suspect'],
      ['preliminary', 'suspect'],
    ]);
    expect(meterings.reduce((sum, { importWh }) => sum + importWh, 0)).toBe(1_000);
  });
});

describe('a coarse counter between its steps', () => {
  it('never falls and stays within one step of the register', () => {
    let [state, before]: [ShapeState | undefined, number] = [undefined, 0];
    for (let poll = 0; poll < 500; poll += 1) {
      const powerW = 500 + 400 * Math.sin(poll / 20);
      const counterWh = Math.floor((poll * 0.7) / 10) * 10;
      const shaped = shapeCoarseCounter(state, { atMs: poll * 5_000, powerW, counterWh }, 10);
      expect(shaped.valueWh).toBeGreaterThanOrEqual(before);
      expect(shaped.valueWh - counterWh).toBeLessThanOrEqual(10);
      [state, before] = [shaped.state, shaped.valueWh];
    }
  });
});
