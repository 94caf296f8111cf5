/** Measured energy and weather of many sites on one grid of UTC quarters: what every feature, baseline and score is computed from. */
export interface Panel {
  /** Start of the first quarter, epoch milliseconds on a 15-minute boundary. */
  readonly startMs: number;
  /** Quarters with actual values; the first forecast quarter is `count`. */
  readonly count: number;
  readonly sites: readonly SiteHistory[];
  /** Hourly forecast values spread over quarters, `count + HORIZON` of them: known ahead. */
  readonly weather: Weather;
}

/** Energy per quarter in Wh; NaN is missing, which is never zero. */
export interface SiteHistory {
  readonly siteId: string;
  readonly timeZone: string;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly loadWh: Float32Array;
  /** Absent where the site has no generation. */
  readonly generationWh?: Float32Array;
}

/** Day-ahead weather forecast per quarter; NaN is missing. */
export interface Weather {
  readonly temperatureC: Float32Array;
  readonly ghiWm2: Float32Array;
  readonly dniWm2: Float32Array;
  readonly dhiWm2: Float32Array;
}

export type Quantity = 'load' | 'generation';

/** Intervals ahead that a forecast covers: one day. */
export const HORIZON = 96;
/** Longest history a feature looks back at, in quarters: 28 days. */
export const LOOK_BACK = 28 * 96;
export const QUARTER_MS = 900_000;
