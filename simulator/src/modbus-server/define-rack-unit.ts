import type { ControlledDevice } from './controlled-device.ts';
import { defineVendorDevice } from './define-vendor-device.ts';
import type { PublishedValues } from './register-image.ts';
import { setpointOf } from './setpoint-of.ts';
import type { UnitOptions, UnitReading } from './unit.ts';

export interface RackUnitOptions extends UnitOptions {
  readonly rack: { readonly maxPowerW: number; readonly idlePowerW: number };
}

const STATE = { idle: 1, working: 2 };

/** A compute rack on the map of `village-rack`: a power cap that falls back to FailW when it is not refreshed. */
export function defineRackUnit(options: RackUnitOptions): ControlledDevice {
  const { serial, rack, read, control } = options;
  const range = { min: 0, max: rack.maxPowerW };
  const device: ControlledDevice = defineVendorDevice({
    profile: 'village-rack',
    serial,
    values: {
      Vr: '1',
      WRtg: rack.maxPowerW,
      WIdle: rack.idlePowerW,
      ...IDLE,
      CapW: rack.idlePowerW,
      FailW: rack.idlePowerW,
    },
    ranges: { 0: { CapW: range, FailW: range } },
    refresh: (nowMs) => ({ 0: rackValues(read(nowMs), rack.idlePowerW) }),
    onWrite: (_modelId, _written, nowMs) => control?.(setpointOf(device, { enable: 'CapEna', value: 'CapW' }), nowMs),
  });
  return device;
}

const IDLE: PublishedValues = { CapEna: 0, FailTms: 0, FailRem: 0 };

function rackValues({ powerW, voltageV, frequencyHz, importWh }: UnitReading, idlePowerW: number): PublishedValues {
  return {
    W: Math.max(0, powerW),
    TotWh: importWh,
    V: voltageV,
    Hz: frequencyHz,
    St: powerW > idlePowerW ? STATE.working : STATE.idle,
  };
}
