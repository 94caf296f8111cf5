import { MISSING, decimal } from './format-power.ts';

export type EnergyTexts = { unit: 'Wh' | 'kWh' | 'MWh'; texts: string[] };

const KILO = 1000;
const DIGITS = { Wh: 0, kWh: 2, MWh: 2 } as const;
const DIVISOR = { Wh: 1, kWh: KILO, MWh: KILO * KILO } as const;

/** Texts of a group of energies in one unit: Wh where all are below 1 kWh, MWh from 10 MWh on, else kWh. */
export function formatEnergy(valuesWh: readonly (number | undefined)[], language: string): EnergyTexts {
  const largestWh = Math.max(0, ...valuesWh.map((valueWh) => Math.abs(valueWh ?? 0)));
  const unit = largestWh < KILO ? 'Wh' : largestWh < 10 * KILO * KILO ? 'kWh' : 'MWh';
  return {
    unit,
    texts: valuesWh.map((valueWh) =>
      valueWh === undefined ? MISSING : decimal(valueWh / DIVISOR[unit], DIGITS[unit], language),
    ),
  };
}
