import type { Counters } from '../physics/count-energy.ts';

/** What a device was told: a target in force until another comes or the reversion falls due. */
export interface DeviceControl {
  /** Set-point of a battery, charger or rack in load convention; greatest generation of an inverter. Absent: the device's own default. */
  readonly targetW?: number | undefined;
  /** What holds from an instant on unless refreshed before (DOMAIN_RULES C9). */
  readonly reversion?: { readonly atMs: number; readonly targetW?: number | undefined } | undefined;
}

/** All that a device remembers; plain JSON. */
export interface DeviceState {
  /** Power held since the last operating point, load convention. */
  powerW: number;
  counters: Counters;
  control: DeviceControl;
  /** Of a battery: energy inside. */
  storedWh?: number;
  /** Of a battery: what its terminals take of the power; the rest is standby. */
  acceptedW?: number;
  /** Of an inverter: power it could give. */
  availableW?: number;
  /** Of a charger: energy the present car got, and when that car came. */
  deliveredWh?: number;
  sessionMs?: number;
  /** Of a rack: where its ramp began. */
  ramp?: { fromW: number; fromMs: number; targetW: number };
  /** Of a load meter: closed form of the quarter under way. */
  quarter?: { startMs: number; baseWh: number; wh: number };
  /** Reading that a frozen device repeats. */
  frozen?: DeviceReading;
}

/** What a device's registers show. */
export interface DeviceReading {
  powerW: number;
  phaseW: number[];
  voltageV: number;
  frequencyHz: number;
  /** Whole Wh as displayed. */
  importWh: number;
  exportWh: number;
  temperatureC: number;
  /** Target in force; absent where the device follows its default. */
  targetW?: number;
  availableW?: number;
  storedWh?: number;
  socPct?: number;
  sohPct?: number;
  isPluggedIn?: boolean;
  wantedWh?: number;
  sessionWh?: number;
}
