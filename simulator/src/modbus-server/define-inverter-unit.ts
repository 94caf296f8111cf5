import type { ControlledDevice } from './controlled-device.ts';
import { defineSunspecDevice } from './define-sunspec-device.ts';
import type { PublishedValues } from './register-image.ts';
import { currentA, currentScale, powerScale, type UnitControl, type UnitOptions, type UnitReading } from './unit.ts';

export interface InverterUnitOptions extends UnitOptions {
  /** WMax of model 121, set by the installer: the base of a limit in percent (C3); `ratedW` is the nameplate's. */
  readonly maxPowerW: number;
}

const PHASES = ['phA', 'phB', 'phC'];
const OPERATING_STATE = { off: 1, tracking: 4, throttled: 5, standby: 8 };

/** A solar inverter as models 101 or 103 with 120 to 123: W positive is generation, limited by WMaxLimPct. */
export function defineInverterUnit(options: InverterUnitOptions): ControlledDevice {
  const { serial, phases, ratedW, maxPowerW, read, control } = options;
  const id = phases === 1 ? 101 : 103;
  const scale = powerScale(ratedW);
  const device: ControlledDevice = defineSunspecDevice({
    serial,
    model: 'Inverter',
    models: [
      {
        id,
        values: {
          A_SF: currentScale(ratedW),
          V_SF: -1,
          W_SF: scale,
          Hz_SF: -2,
          WH_SF: 0,
          Tmp_SF: -1,
          Evt1: 0,
          Evt2: 0,
        },
      },
      { id: 120, values: nameplate(ratedW, scale) },
      { id: 121, values: { WMax: maxPowerW, WMax_SF: scale, VRef: 240, VRef_SF: 0, VRefOfs: 0, VRefOfs_SF: 0 } },
      { id: 122, values: { PVConn: 7, StorConn: 0, ECPConn: 1, WAval_SF: scale } },
      { id: 123, values: CONTROLS },
    ],
    ranges: { 123: { WMaxLimPct: { min: 0, max: 100 } } },
    refresh: (nowMs) => inverterValues(id, read(nowMs)),
    onWrite: (modelId, _written, nowMs) => {
      if (modelId === 123) control?.(controlOf(device), nowMs);
    },
  });
  return device;
}

const CONTROLS: PublishedValues = {
  Conn: 1,
  WMaxLimPct_SF: -2,
  WMaxLimPct: 100,
  WMaxLimPct_WinTms: 0,
  WMaxLimPct_RvrtTms: 0,
  WMaxLimPct_RmpTms: 0,
  WMaxLim_Ena: 0,
  OutPFSet_SF: -2,
  OutPFSet: 1,
  OutPFSet_Ena: 0,
  VArPct_Ena: 0,
};

function nameplate(ratedW: number, scale: number): PublishedValues {
  const quadrants = [1, 2, 3, 4].flatMap((q): [string, number][] => [
    [`VArRtgQ${q}`, 0],
    [`PFRtgQ${q}`, 1],
  ]);
  return {
    DERTyp: 4,
    WRtg: ratedW,
    WRtg_SF: scale,
    VARtg: ratedW,
    VARtg_SF: scale,
    VArRtg_SF: 0,
    ARtg: ratedW / 240,
    ARtg_SF: -1,
    PFRtg_SF: -2,
    ...Object.fromEntries(quadrants),
  };
}

function inverterValues(id: number, reading: UnitReading): Record<number, PublishedValues> {
  const { phaseW, voltageV, frequencyHz, exportWh, temperatureC = 25, availableW } = reading;
  const generationW = -reading.powerW;
  const isThrottled = availableW !== undefined && availableW > generationW + 1;
  const perPhase = phaseW.flatMap((watts, i): [string, number][] => {
    const phase = PHASES[i] ?? '';
    return [
      [`A${phase}`, currentA(watts, voltageV)],
      [`PhV${phase}`, voltageV],
    ];
  });
  const running = isThrottled
    ? OPERATING_STATE.throttled
    : generationW > 0
      ? OPERATING_STATE.tracking
      : OPERATING_STATE.standby;
  return {
    [id]: {
      A: phaseW.reduce((sum, watts) => sum + currentA(watts, voltageV), 0),
      W: generationW,
      Hz: frequencyHz,
      WH: exportWh,
      TmpCab: temperatureC,
      St: running,
      ...Object.fromEntries(perPhase),
    },
    122: { ActWh: exportWh, ...(availableW === undefined ? {} : { WAval: availableW }) },
  };
}

function controlOf(device: ControlledDevice): UnitControl {
  if (device.valueOf(123, 'WMaxLim_Ena') !== 1) return {};
  const targetW = (Number(device.valueOf(123, 'WMaxLimPct')) * Number(device.valueOf(121, 'WMax'))) / 100;
  const atMs = device.dueMsOf(123, 'WMaxLim_Ena');
  return atMs === undefined ? { targetW } : { targetW, reversion: { atMs } };
}
