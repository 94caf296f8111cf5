import { describe, expect, it } from 'vitest';
import { defineBatteryUnit } from './define-battery-unit.ts';
import { defineChargerUnit } from './define-charger-unit.ts';
import { defineInverterUnit } from './define-inverter-unit.ts';
import { RegisterMemory } from './register-memory.ts';
import type { UnitReading } from './unit.ts';

const reading: UnitReading = {
  powerW: 0,
  phaseW: [0],
  voltageV: 240,
  frequencyHz: 60,
  importWh: 1,
  exportWh: 1,
};
const common = { serial: 'S1', phases: 1, ratedW: 5000, read: () => reading } as const;
const aBattery = () =>
  defineBatteryUnit({ ...common, battery: { capacityWh: 10_000, maxChargeW: 5000, maxDischargeW: 5000 } });
const aCharger = () => defineChargerUnit({ ...common, charger: { maxChargeW: 7000, minChargeW: 1440 } });
const anInverter = () => defineInverterUnit({ ...common, maxPowerW: 5000 });

/** Address of a point, by walking the chain. */
function addressOf(device: ReturnType<typeof aBattery>, id: number, offset: number): number {
  for (let address = 40_002; ;) {
    const [model = 0, length = 0] = device.read(address, 2, 0) as Uint16Array;
    if (model === id) return address + offset;
    if (model === 0xffff) throw new TypeError(`no model ${id}`);
    address += 2 + length;
  }
}

describe('the memory of registers', () => {
  it('lets another process go on with a set-point, its timer and what it reverts to', () => {
    const device = aBattery();
    const controls = addressOf(device, 704, 0);
    // 1500 W, and 100 W when it has not been refreshed for 60 s.
    device.write(controls + 26, Uint16Array.of(0, 100), 1000);
    device.write(controls + 30, Uint16Array.of(1, 0, 60), 1000);
    device.write(controls + 22, Uint16Array.of(1, 1, 0, 1500), 2000);
    const other = aBattery();
    other.remember(RegisterMemory.parse(JSON.parse(JSON.stringify(device.memory()))));
    for (const nowMs of [2000, 61_999, 62_000, 200_000]) {
      expect(other.read(controls, 36, nowMs)).toEqual(device.read(controls, 36, nowMs));
      expect([other.valueOf(704, 'WSet'), other.valueOf(704, 'WSetRvrtRem')]).toEqual(
        nowMs < 62_000 ? [1500, Math.ceil((62_000 - nowMs) / 1000)] : [100, 0],
      );
    }
  });

  it('is refused by another kind of device', () => {
    expect(() => aCharger().remember(anInverter().memory())).toThrow('the device has no writable 121.WMax');
  });

  it('holds what can be written, and nothing that the device measures', () => {
    const { words, dueMs } = aCharger().memory();
    expect(Object.keys(words).sort()).toEqual(['0.FailTms', '0.FailW', '0.SetEna', '0.SetW']);
    expect(dueMs).toEqual({});
  });
});
