import type { ControlledDevice } from './controlled-device.ts';
import { defineSunspecDevice } from './define-sunspec-device.ts';
import type { PublishedValues } from './register-image.ts';
import { currentA, currentScale, powerScale, type UnitOptions, type UnitReading } from './unit.ts';

const PHASES = ['phA', 'phB', 'phC'];
const SQRT_3 = Math.sqrt(3);

/** A meter as SunSpec model 201 (one phase) or 203 (three phases, wye): W positive is import, two accumulators. */
export function defineMeterUnit(options: UnitOptions): ControlledDevice {
  const { serial, phases, ratedW, read } = options;
  const id = phases === 1 ? 201 : 203;
  const values = { A_SF: currentScale(ratedW), V_SF: -1, Hz_SF: -2, W_SF: powerScale(ratedW), TotWh_SF: 0, Evt: 0 };
  return defineSunspecDevice({
    serial,
    model: 'Meter',
    models: [{ id, values }],
    refresh: (nowMs) => ({ [id]: meterValues(read(nowMs), phases) }),
  });
}

function meterValues(reading: UnitReading, phases: 1 | 3): PublishedValues {
  const { powerW, phaseW, voltageV, frequencyHz, importWh, exportWh } = reading;
  const perPhase = phaseW.flatMap((watts, i): [string, number][] => {
    const phase = PHASES[i] ?? '';
    return [
      [`A${phase}`, currentA(watts, voltageV)],
      [`PhV${phase}`, voltageV],
      [`W${phase}`, watts],
    ];
  });
  const lineV = voltageV * SQRT_3;
  return {
    A: phaseW.reduce((sum, watts) => sum + currentA(watts, voltageV), 0),
    PhV: voltageV,
    Hz: frequencyHz,
    W: powerW,
    TotWhImp: importWh,
    TotWhExp: exportWh,
    ...Object.fromEntries(perPhase),
    ...(phases === 3 ? { PPV: lineV, PhVphAB: lineV, PhVphBC: lineV, PhVphCA: lineV } : {}),
  };
}
