import { z } from 'zod';
import { RegisterMemory } from '../modbus-server/register-memory.ts';
import type { Counters } from '../physics/count-energy.ts';

/** What a device was told: a target in force until another comes or the reversion falls due. */
export const DeviceControl = z.object({
  /** Set-point of a battery, charger or rack in load convention; greatest generation of an inverter. Absent: the device's own default. */
  targetW: z.number().optional(),
  /** What holds from an instant on unless refreshed before (DOMAIN_RULES C9). */
  reversion: z.object({ atMs: z.number(), targetW: z.number().optional() }).optional(),
});
export type DeviceControl = z.infer<typeof DeviceControl>;

/** What a device's registers show. */
export const DeviceReading = z.object({
  powerW: z.number(),
  phaseW: z.array(z.number()),
  voltageV: z.number(),
  frequencyHz: z.number(),
  /** Whole Wh as displayed. */
  importWh: z.number(),
  exportWh: z.number(),
  temperatureC: z.number(),
  /** Target in force; absent where the device follows its default. */
  targetW: z.number().exactOptional(),
  availableW: z.number().exactOptional(),
  storedWh: z.number().exactOptional(),
  socPct: z.number().exactOptional(),
  sohPct: z.number().exactOptional(),
  isPluggedIn: z.boolean().exactOptional(),
  wantedWh: z.number().exactOptional(),
  sessionWh: z.number().exactOptional(),
});
export type DeviceReading = z.infer<typeof DeviceReading>;

const SavedCounters = z.object({
  importWh: z.number(),
  exportWh: z.number(),
  shownImportWh: z.number(),
  shownExportWh: z.number(),
}) satisfies z.ZodType<Counters>;

/** All that a device remembers; plain JSON. */
export const DeviceState = z.object({
  /** Power held since the last operating point, load convention. */
  powerW: z.number(),
  counters: SavedCounters,
  control: DeviceControl,
  /** What clients have written, as the registers hold it; absent where none has. */
  registers: RegisterMemory.exactOptional(),
  /** Of a battery: energy inside. */
  storedWh: z.number().exactOptional(),
  /** Of a battery: what its terminals take of the power; the rest is standby. */
  acceptedW: z.number().exactOptional(),
  /** Of an inverter: power it could give. */
  availableW: z.number().exactOptional(),
  /** Of a charger: energy the present car got, and when that car came. */
  deliveredWh: z.number().exactOptional(),
  sessionMs: z.number().exactOptional(),
  /** Of a rack: where its ramp began. */
  ramp: z.object({ fromW: z.number(), fromMs: z.number(), targetW: z.number() }).exactOptional(),
  /** Of a load meter: closed form of the quarter under way. */
  quarter: z.object({ startMs: z.number(), baseWh: z.number(), wh: z.number() }).exactOptional(),
  /** Reading that a frozen device repeats. */
  frozen: DeviceReading.exactOptional(),
});
export type DeviceState = z.infer<typeof DeviceState>;
