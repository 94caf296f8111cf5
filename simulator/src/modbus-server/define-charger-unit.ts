import type { ControlledDevice } from './controlled-device.ts';
import { defineVendorDevice } from './define-vendor-device.ts';
import type { PublishedValues } from './register-image.ts';
import { setpointOf } from './setpoint-of.ts';
import type { UnitOptions, UnitReading } from './unit.ts';

export interface ChargerUnitOptions extends UnitOptions {
  readonly charger: { readonly maxChargeW: number; readonly minChargeW: number };
}

const PLUG = { free: 0, pluggedIn: 1, charging: 2 };

/** An EV charger on the map of `village-charger`: a power set-point that falls back to FailW when it is not refreshed. */
export function defineChargerUnit(options: ChargerUnitOptions): ControlledDevice {
  const { serial, charger, read, control } = options;
  const range = { min: 0, max: charger.maxChargeW };
  const device: ControlledDevice = defineVendorDevice({
    profile: 'village-charger',
    serial,
    values: { Vr: '1', WRtg: charger.maxChargeW, WMin: charger.minChargeW, ...IDLE, FailW: charger.minChargeW },
    ranges: { 0: { SetW: range, FailW: range } },
    refresh: (nowMs) => ({ 0: chargerValues(read(nowMs)) }),
    onWrite: (_modelId, _written, nowMs) => control?.(setpointOf(device, { enable: 'SetEna', value: 'SetW' }), nowMs),
  });
  return device;
}

const IDLE: PublishedValues = { Plug: PLUG.free, SetEna: 0, SetW: 0, FailTms: 0, FailRem: 0 };

function chargerValues(reading: UnitReading): PublishedValues {
  const { powerW, voltageV, frequencyHz, importWh, isPluggedIn = false, wantedWh } = reading;
  return {
    W: Math.max(0, powerW),
    TotWh: importWh,
    V: voltageV,
    Hz: frequencyHz,
    Plug: !isPluggedIn ? PLUG.free : powerW > 0 ? PLUG.charging : PLUG.pluggedIn,
    WantedWh: isPluggedIn ? wantedWh : undefined,
  };
}
