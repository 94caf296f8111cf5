import { describe, expect, it } from 'vitest';
import { findModel } from '@wattmesh/gateway/sunspec/find-model';
import type { ControlledDevice } from './controlled-device.ts';
import { defineBatteryUnit } from './define-battery-unit.ts';
import { defineChargerUnit } from './define-charger-unit.ts';
import { defineInverterUnit } from './define-inverter-unit.ts';
import { defineMeterUnit } from './define-meter-unit.ts';
import type { UnitControl, UnitReading } from './unit.ts';

const reading: UnitReading = {
  powerW: -3000,
  phaseW: [-1000, -1000, -1000],
  voltageV: 230,
  frequencyHz: 50,
  importWh: 10,
  exportWh: 20,
  socPct: 55.5,
  sohPct: 99,
};

/** Address of a point's first register, found by walking the chain in the registers. */
function addressOf(device: ControlledDevice, modelId: number, name: string): number {
  let address = 40_002;
  for (;;) {
    const header = device.read(address, 2, 0);
    if (!(header instanceof Uint16Array) || header[0] === 0xffff) throw new Error(`no model ${modelId}`);
    if (header[0] === modelId) return address + (findModel(modelId)?.byName.get(name)?.offset ?? 0);
    address += 2 + (header[1] ?? 0);
  }
}

function aBattery() {
  const controls: UnitControl[] = [];
  const device = defineBatteryUnit({
    serial: 'B1',
    phases: 3,
    ratedW: 5000,
    battery: { capacityWh: 10_000, maxChargeW: 4000, maxDischargeW: 5000 },
    read: () => reading,
    control: (control) => controls.push(control),
  });
  const set = (name: string, words: number[], nowMs = 0) =>
    device.write(addressOf(device, 704, name), Uint16Array.from(words), nowMs);
  return { device, controls, set };
}

const COMMAND = [1, 1, 0, 2000, 0, 0];
const GUARD = [1, 0, 60];

describe('SunSpec devices of the simulator', () => {
  it('MOD-1 implement every mandatory point of their models', () => {
    const inverter = { serial: 'I', phases: 3 as const, ratedW: 5000, maxPowerW: 4000, read: () => reading };
    const devices: [ControlledDevice, number[]][] = [
      [defineMeterUnit({ serial: 'M', phases: 3, ratedW: 17_000, read: () => reading }), [1, 203]],
      [defineInverterUnit(inverter), [1, 103, 120, 121, 122, 123]],
      [aBattery().device, [1, 701, 702, 704, 713]],
    ];
    for (const [device, ids] of devices) {
      device.read(40_000, 2, 0);
      for (const id of ids) {
        const missing = findModel(id)?.points.filter(
          ({ name, isMandatory }) => isMandatory && device.valueOf(id, name) === undefined,
        );
        expect(missing?.map(({ name }) => `${id}:${name}`)).toEqual([]);
      }
    }
  });

  it('MOD-2 C4 publish in the sign of SunSpec: generation and discharge positive, import positive at a meter', () => {
    const { device } = aBattery();
    device.read(40_000, 2, 0);
    expect([device.valueOf(701, 'W'), device.valueOf(701, 'TotWhInj'), device.valueOf(701, 'TotWhAbs')]).toEqual([
      3000, 20, 10,
    ]);
    expect(device.valueOf(713, 'SoC')).toBe(55.5);
    const meter = defineMeterUnit({
      serial: 'M',
      phases: 1,
      ratedW: 17_000,
      read: () => ({ ...reading, phaseW: [-3000] }),
    });
    meter.read(40_000, 2, 0);
    expect([meter.valueOf(201, 'W'), meter.valueOf(201, 'TotWhExp'), meter.valueOf(201, 'TotWhImp')]).toEqual([
      -3000, 20, 10,
    ]);
  });

  it('MOD-3 takes a set-point of the battery in SunSpec sign and tells it in load convention', () => {
    const { controls, set } = aBattery();
    expect(set('WSetEnaRvrt', GUARD)).toBeUndefined();
    expect(set('WSetEna', COMMAND, 5000)).toBeUndefined();
    expect(controls.at(-1)).toEqual({ targetW: -2000, reversion: { atMs: 65_000, targetW: 0 } });
    expect(set('WSetEna', [0], 6000)).toBeUndefined();
    expect(controls.at(-1)).toEqual({});
  });

  it('REV-1 C9 reverts to the value set, with the time left in its register', () => {
    const { device, set } = aBattery();
    set('WSetEnaRvrt', GUARD);
    set('WSetEna', COMMAND, 0);
    device.advance(20_500);
    expect([device.valueOf(704, 'WSet'), device.valueOf(704, 'WSetRvrtRem')]).toEqual([2000, 40]);
    device.advance(60_000);
    expect(['WSet', 'WSetEna', 'WSetRvrtRem'].map((name) => device.valueOf(704, name))).toEqual([0, 1, 0]);
  });

  it('REV-2 starts anew with a new time', () => {
    const { device, set } = aBattery();
    set('WSetEnaRvrt', GUARD);
    set('WSetEna', COMMAND, 0);
    set('WSetRvrtTms', [0, 100], 30_000);
    device.advance(129_000);
    expect(device.valueOf(704, 'WSet')).toBe(2000);
    device.advance(130_000);
    expect(device.valueOf(704, 'WSet')).toBe(0);
  });

  it('REV-3 is cancelled by disabling', () => {
    const { device, set } = aBattery();
    set('WSetEnaRvrt', GUARD);
    set('WSetEna', COMMAND, 0);
    set('WSetEna', [0], 1000);
    device.advance(1_000_000);
    expect(['WSet', 'WSetEna', 'WSetRvrtRem'].map((name) => device.valueOf(704, name))).toEqual([2000, 0, 0]);
  });

  it('C3 C9 limits an inverter to a part of WMax of 121 and lets go when 123 reverts', () => {
    const controls: UnitControl[] = [];
    const device = defineInverterUnit({
      serial: 'I',
      phases: 1,
      ratedW: 5000,
      maxPowerW: 4000,
      read: () => reading,
      control: (control) => controls.push(control),
    });
    const at = addressOf(device, 123, 'WMaxLimPct');
    expect(device.write(at, Uint16Array.of(2500, 0, 60, 0, 1), 0)).toBeUndefined();
    expect(controls).toEqual([{ targetW: 1000, reversion: { atMs: 60_000 } }]);
    device.advance(60_000);
    expect(device.valueOf(123, 'WMaxLim_Ena')).toBe(0);
  });

  it.each([
    { what: 'a value out of range', name: 'WSet', words: [0, 6000], exception: 3 },
    { what: 'a charge beyond the rating', name: 'WSet', words: [0xffff, 0x10000 - 4001], exception: 3 },
    { what: 'an enumeration that does not exist', name: 'WSetEna', words: [7], exception: 3 },
    { what: 'half a point', name: 'WSet', words: [0], exception: 3 },
    { what: 'the second half of a point', name: 'WSetRvrt', words: [0], exception: 3 },
    { what: '"not implemented"', name: 'WSet', words: [0x8000, 0], exception: 3 },
    { what: 'a read-only register', name: 'WSetRvrtRem', words: [0, 5], exception: 2 },
    { what: 'a point it does not implement', name: 'WSetPct', words: [5], exception: 2 },
    { what: 'a scale factor', name: 'WSet_SF', words: [1], exception: 2 },
  ])('MOD-3 refuses $what', ({ name, words, exception }) => {
    const { set, controls } = aBattery();
    expect(set(name, words)).toBe(exception);
    expect(controls).toEqual([]);
  });

  it('MOD-3 writes all points of a request or none', () => {
    const { device, set } = aBattery();
    expect(set('WSetEna', [1, 1, 0, 2000, 0, 6000])).toBe(3);
    expect(device.valueOf(704, 'WSet')).toBe(0);
    expect(device.valueOf(704, 'WSetEna')).toBe(0);
  });

  it('C5 lets an accumulator wrap at its width', () => {
    const meter = defineMeterUnit({
      serial: 'M',
      phases: 1,
      ratedW: 17_000,
      read: () => ({ ...reading, phaseW: [0], importWh: 2 ** 32 + 7 }),
    });
    meter.read(40_000, 2, 0);
    expect(meter.valueOf(201, 'TotWhImp')).toBe(7);
  });

  it('answers a failure of the device where its physics has no number', () => {
    const meter = defineMeterUnit({
      serial: 'M',
      phases: 1,
      ratedW: 1000,
      read: () => ({ ...reading, powerW: Number.NaN }),
    });
    expect(meter.read(40_000, 2, 0)).toBe(4);
  });

  it('C9 a charger falls back to its fail-safe power', () => {
    const controls: UnitControl[] = [];
    const device = defineChargerUnit({
      serial: 'C',
      phases: 1,
      ratedW: 7400,
      charger: { maxChargeW: 7400, minChargeW: 1400 },
      read: () => ({ ...reading, powerW: 0, isPluggedIn: true, wantedWh: 5000 }),
      control: (control) => controls.push(control),
    });
    const [enable, size] = [1000 + 16 + 8 + 2 + 2 + 2 + 2 + 1 + 1 + 1 + 2, 6];
    const words = Uint16Array.of(1, 0, 4200, 0, 1400, 120);
    expect(words).toHaveLength(size);
    expect(device.write(enable, words, 1000)).toBeUndefined();
    expect(controls).toEqual([{ targetW: 4200, reversion: { atMs: 121_000, targetW: 1400 } }]);
    device.advance(121_000);
    expect([device.valueOf(0, 'SetEna'), device.valueOf(0, 'SetW'), device.valueOf(0, 'FailRem')]).toEqual([
      1, 1400, 0,
    ]);
    expect(device.write(enable, Uint16Array.of(1, 0, 9000, 0, 0, 120), 0)).toBe(3);
  });
});
