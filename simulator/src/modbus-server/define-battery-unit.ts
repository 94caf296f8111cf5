import type { ControlledDevice } from './controlled-device.ts';
import { defineSunspecDevice } from './define-sunspec-device.ts';
import type { PublishedValues } from './register-image.ts';
import { currentA, currentScale, powerScale, type UnitControl, type UnitOptions, type UnitReading } from './unit.ts';

export interface BatteryUnitOptions extends UnitOptions {
  readonly battery: { readonly capacityWh: number; readonly maxChargeW: number; readonly maxDischargeW: number };
}

const CONNECTED = 1;
const RUNNING = 1;

/** A battery as models 701, 702, 704 and 713: W and WSet positive discharge, reversion to a value of its own. */
export function defineBatteryUnit(options: BatteryUnitOptions): ControlledDevice {
  const { serial, phases, ratedW, battery, read, control } = options;
  const powerRange = { min: -battery.maxChargeW, max: battery.maxDischargeW };
  const device: ControlledDevice = defineSunspecDevice({
    serial,
    model: 'Battery',
    models: [
      { id: 701, values: measurement(phases, ratedW) },
      { id: 702, values: capacity(ratedW, battery) },
      { id: 704, values: CONTROLS },
      { id: 713, values: { WHRtg: battery.capacityWh, WH_SF: powerScale(battery.capacityWh), Pct_SF: -2, Sta: 0 } },
    ],
    ranges: { 704: { WSet: powerRange, WSetRvrt: powerRange } },
    refresh: (nowMs) => batteryValues(read(nowMs), battery.capacityWh),
    onWrite: (modelId, _written, nowMs) => {
      if (modelId === 704) control?.(controlOf(device), nowMs);
    },
  });
  return device;
}

const CONTROLS: PublishedValues = {
  WSetEna: 0,
  WSetMod: 1,
  WSet_SF: 0,
  WSet: 0,
  WSetRvrt: 0,
  WSetEnaRvrt: 0,
  WSetRvrtTms: 0,
  WSetRvrtRem: 0,
  AntiIslEna: 1,
};

function measurement(phases: 1 | 3, ratedW: number): PublishedValues {
  return {
    ACType: phases === 1 ? 0 : 2,
    St: RUNNING,
    ConnSt: CONNECTED,
    Alrm: 0,
    W_SF: powerScale(ratedW),
    A_SF: currentScale(ratedW),
    V_SF: -1,
    Hz_SF: -2,
    TotWh_SF: 0,
    Tmp_SF: -1,
  };
}

function capacity(ratedW: number, { maxChargeW, maxDischargeW }: BatteryUnitOptions['battery']): PublishedValues {
  return {
    W_SF: powerScale(Math.max(ratedW, maxChargeW, maxDischargeW)),
    WMaxRtg: ratedW,
    WMax: ratedW,
    WChaRteMaxRtg: maxChargeW,
    WChaRteMax: maxChargeW,
    WDisChaRteMaxRtg: maxDischargeW,
    WDisChaRteMax: maxDischargeW,
  };
}

function batteryValues(reading: UnitReading, capacityWh: number): Record<number, PublishedValues> {
  const { powerW, phaseW, voltageV, frequencyHz, importWh, exportWh, temperatureC = 25, socPct, sohPct } = reading;
  const storage = {
    ...(socPct === undefined ? {} : { SoC: socPct, WHAvail: (socPct * capacityWh) / 100 }),
    ...(sohPct === undefined ? {} : { SoH: sohPct }),
  };
  return {
    701: {
      W: -powerW,
      A: phaseW.reduce((sum, watts) => sum + currentA(watts, voltageV), 0),
      LNV: voltageV,
      Hz: frequencyHz,
      TotWhInj: exportWh,
      TotWhAbs: importWh,
      TmpCab: temperatureC,
    },
    713: storage,
  };
}

function controlOf(device: ControlledDevice): UnitControl {
  if (device.valueOf(704, 'WSetEna') !== 1) return {};
  const targetW = loadW(device, 'WSet');
  const atMs = device.dueMsOf(704, 'WSetEna');
  if (atMs === undefined) return { targetW };
  const revertsToValue = device.valueOf(704, 'WSetEnaRvrt') === 1;
  return { targetW, reversion: { atMs, ...(revertsToValue ? { targetW: loadW(device, 'WSetRvrt') } : {}) } };
}

/** SunSpec counts injection positive, the device's physics what flows in. */
function loadW(device: ControlledDevice, name: string): number {
  const injectionW = Number(device.valueOf(704, name));
  return injectionW === 0 ? 0 : -injectionW;
}
