import { HORIZON } from './panel.ts';

/**
 * Input of the network for one site, quantity and issue. The network answers per step with offsets in units of `scaleWh` on `baseWh`
 * (instance normalisation: the same network serves a flat and a villa).
 */
export interface Window {
  /** HORIZON rows of features, row-major. */
  readonly inputs: Float32Array;
  readonly baseWh: Float32Array;
  /** Zero where the quantity is physically zero (no sun): the forecast is then the base. */
  readonly scaleWh: Float32Array;
}

/** Writes feature rows one value after the other; a missing feature must be imputed by its caller. */
export class RowWriter {
  readonly inputs: Float32Array;
  #at = 0;

  constructor(width: number) {
    this.inputs = new Float32Array(HORIZON * width);
  }

  put(...values: number[]): void {
    for (const value of values) this.inputs[this.#at++] = Math.max(-BOUND, Math.min(BOUND, value));
  }
}

/** Features are dimensionless and of order one; a freak value must not run away with the network. */
const BOUND = 8;

/** The value where it is known, else the fallback. */
export const knownOr = (value: number | undefined, fallback: number): number =>
  value === undefined || Number.isNaN(value) ? fallback : value;
