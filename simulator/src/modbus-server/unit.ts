/** What a simulated device measures at an instant; load convention, whole Wh that never stand at 0. */
export interface UnitReading {
  readonly powerW: number;
  /** One value per phase. */
  readonly phaseW: readonly number[];
  readonly voltageV: number;
  readonly frequencyHz: number;
  readonly importWh: number;
  readonly exportWh: number;
  readonly temperatureC?: number;
  /** Of an inverter: power it could give. */
  readonly availableW?: number;
  readonly socPct?: number;
  readonly sohPct?: number;
  readonly isPluggedIn?: boolean;
  readonly wantedWh?: number;
}

/**
 * What a device is told: a target in force until another comes or the reversion falls due. The target of a battery, charger or
 * rack is a power in load convention, that of an inverter its greatest generation, positive. Absent: the device's own default.
 */
export interface UnitControl {
  readonly targetW?: number | undefined;
  readonly reversion?: { readonly atMs: number; readonly targetW?: number | undefined } | undefined;
}

export interface UnitOptions {
  readonly serial: string;
  readonly phases: 1 | 3;
  readonly ratedW: number;
  /** State of the device at an instant. */
  readonly read: (nowMs: number) => UnitReading;
  /** After each accepted write that touches the set-point; the device reverts by itself at the instant given. */
  readonly control?: ((control: UnitControl, nowMs: number) => void) | undefined;
}

/** Smallest scale factor at which a power with half as much again fits 16 bits. */
export function powerScale(ratedW: number): number {
  return Math.max(0, Math.ceil(Math.log10((1.5 * ratedW) / 32_767)));
}

/** Scale factor of currents for a rated power, 0.01 A or coarser. */
export function currentScale(ratedW: number): number {
  return Math.max(-2, Math.ceil(Math.log10((1.5 * ratedW) / (200 * 32_767))));
}

/** Current of a power, unsigned as meters show it without direction. */
export function currentA(powerW: number, voltageV: number): number {
  return voltageV > 0 ? Math.abs(powerW) / voltageV : 0;
}
