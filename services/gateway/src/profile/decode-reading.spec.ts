import { describe, expect, it } from 'vitest';
import { findModel } from '../sunspec/find-model.ts';
import { decodeLimits } from './decode-limits.ts';
import { decodeReading } from './decode-reading.ts';
import { readPlan } from './plan-reads.ts';
import { writePlan } from './plan-write.ts';
import {
  INVERTER,
  METER,
  aBattery,
  aDevice,
  anInverter,
  apply,
  blocksOf,
  readingOf,
  setpointOf,
  sunspec,
  valuesAt,
  type Values,
} from './testing/fake-device.ts';

describe('signs of device profiles', () => {
  it.each([201, 203])('C4 model %s: import is positive and counts as import', (id) => {
    expect(readingOf(aDevice({ [id]: METER })).points).toMatchObject({ powerW: 1500, importWh: 5000, exportWh: 200 });
    expect(readingOf(aDevice({ [id]: { ...METER, W: -1500 } })).points.powerW).toBe(-1500);
  });

  it.each([101, 102, 103])('C4 model %s: generation is negative power and counts as export', (id) => {
    expect(readingOf(aDevice({ [id]: INVERTER })).points).toMatchObject({ powerW: -3000, importWh: 0, exportWh: 777 });
  });

  it('C4 model 701: discharge is negative power, injected energy is export, absorbed energy is import', () => {
    expect(readingOf(aBattery()).points).toMatchObject({
      powerW: -2500,
      importWh: 90,
      exportWh: 40,
      socPct: 55,
      sohPct: 99,
    });
    expect(readingOf(aBattery({ W: -2500 })).points.powerW).toBe(2500);
    expect(Object.is(readingOf(aBattery({ W: 0 })).points.powerW, 0)).toBe(true);
  });

  it('C4 model 704: charging with 2 kW writes WSet -2000, discharging +2000', () => {
    for (const [setpointW, raw] of [
      [2000, 2 ** 32 - 2000],
      [-2000, 2000],
    ] as const) {
      const battery = aBattery();
      apply(battery, writePlan(sunspec, battery.discovery, { setpointW, revertAfterS: 180, revertToW: 0 }));
      expect(valuesAt(battery, 704, ['WSet'])).toEqual([raw]);
      expect(setpointOf(battery)).toMatchObject({ isEnabled: true, setpointW, revertToW: 0, revertAfterS: 180 });
      expect(readingOf(battery).points.setpointW).toBe(setpointW);
    }
  });

  it('C4 model 123: a limit of 3 kW generation is the set-point -3000', () => {
    const inverter = anInverter();
    apply(inverter, writePlan(sunspec, inverter.discovery, { setpointW: -3000, revertAfterS: 60, revertToW: 0 }));
    expect(valuesAt(inverter, 123, ['WMaxLimPct', 'WMaxLim_Ena'])).toEqual([7500, 1]);
    expect(readingOf(inverter).points.setpointW).toBe(-3000);
  });
});

describe('readings by profile', () => {
  it('C1 leaves out what the device does not implement', () => {
    const { points, quality } = readingOf(aDevice({ 203: { W: 10, TotWhImp: 5, TotWhExp: 6 } }));
    expect(points).toEqual({ powerW: 10, importWh: 5, exportWh: 6 });
    expect(quality).toBe('measured');
  });

  it('C1 is missing, not zero, where a mandatory point is not implemented', () => {
    const { points, quality } = readingOf(aDevice({ 203: { TotWhImp: 5, TotWhExp: 6 } }));
    expect(points.powerW).toBeUndefined();
    expect(quality).toBe('missing');
  });

  it('C1 is missing where a block could not be read', () => {
    const battery = aBattery();
    const [first] = blocksOf(battery, readPlan(sunspec, battery.discovery));
    expect(decodeReading(sunspec, battery.discovery, first === undefined ? [] : [first]).quality).toBe('missing');
  });

  it('C23 a mandatory counter at zero has counted nothing; both at zero are suspect', () => {
    const meter = (values: Values) => readingOf(aDevice({ 201: { ...METER, ...values } }));
    expect(meter({ TotWhExp: 0 })).toMatchObject({ quality: 'measured', points: { exportWh: 0, importWh: 5000 } });
    expect(meter({ TotWhExp: 0, TotWhImp: 0 })).toMatchObject({
      quality: 'suspect',
      points: { exportWh: 0, importWh: 0 },
    });
  });

  it('C5 says where a counter wraps and how coarse it is', () => {
    expect(readingOf(aDevice({ 203: METER })).counter).toEqual({ resolutionWh: 1, modulusWh: 2 ** 32 });
    expect(readingOf(aDevice({ 203: METER }, { TotWh_SF: 2 })).counter).toEqual({
      resolutionWh: 100,
      modulusWh: 2 ** 32 * 100,
    });
    expect(readingOf(aBattery()).counter).toEqual({ resolutionWh: 1 });
  });

  it('C1 reads value and scale factor in one request, and a device in few', () => {
    expect(readPlan(sunspec, aDevice({ 203: METER }).discovery)).toHaveLength(1);
    expect(readPlan(sunspec, anInverter().discovery).length).toBeLessThanOrEqual(2);
    const plan = readPlan(sunspec, aBattery().discovery);
    expect(plan.length).toBeLessThanOrEqual(2);
    const start = aBattery().discovery.models.find(({ id }) => id === 701)?.address ?? 0;
    const holds = (offset: number) =>
      plan.findIndex(({ address, count }) => address <= start + offset && start + offset < address + count);
    expect(holds(10)).toBe(holds(findModel(701)?.byName.get('W_SF')?.offset ?? 0));
  });

  it('gives the ratings and settings of the device', () => {
    expect(decodeLimits(sunspec, aBattery().discovery)).toEqual({ ratedW: 5000, maxChargeW: 4000, capacityWh: 10_000 });
    expect(decodeLimits(sunspec, anInverter().discovery)).toEqual({ ratedW: 4000 });
  });

  it('takes the layout whose models stand under one common block', () => {
    const meter = aDevice({ 203: METER });
    expect(() => readPlan(sunspec, { ...meter.discovery, models: meter.discovery.models.slice(0, 1) })).toThrow(
      expect.objectContaining({ code: 'PROFILE_MISMATCH' }),
    );
  });
});
