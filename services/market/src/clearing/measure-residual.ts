import type { MeteredEnergy } from './interval-input.ts';

/** Losses and meter error of an interval, and how large they may be. */
export interface Residual {
  readonly residualWh: number;
  readonly residualBoundWh: number;
}

const METER_ERROR_PCT = 2;

/**
 * Residual of a community behind one connection: net import at the head meter less the net import of all revenue meters.
 * Positive is loss, negative means that the members' meters over-count.
 *
 * Bound: (modelled loss + 2 % meter error) of the throughput, rounded up. Throughput is the energy that passes the
 * members' revenue meters in either direction, sum(importWh + exportWh). Without a head meter the residual is zero.
 *
 * @example measureResidual([head +103 Wh, revenue +100 Wh], 1); // { residualWh: 3, residualBoundWh: 3 }
 */
export function measureResidual(meterings: readonly MeteredEnergy[], lossPct: number): Residual {
  const revenue = meterings.filter((metering) => metering.role === 'revenue');
  const head = meterings.find((metering) => metering.role === 'head');
  const netWh = revenue.reduce((all, metering) => all + metering.importWh - metering.exportWh, 0);
  const throughputWh = revenue.reduce((all, metering) => all + metering.importWh + metering.exportWh, 0);
  return {
    residualWh: head === undefined ? 0 : head.importWh - head.exportWh - netWh,
    residualBoundWh: Math.ceil((throughputWh * (lossPct + METER_ERROR_PCT)) / 100),
  };
}
