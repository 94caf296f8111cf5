import {
  AmountMicro,
  CommunityConfigured,
  DeviceRegistered,
  Id,
  Instant,
  IntervalStart,
  MemberRegistered,
  Pct,
  PriceMicroPerKwh,
  SiteConfigured,
} from '@wattmesh/events';
import { z } from 'zod';

/** Solar modules behind an inverter. */
const Solar = z.strictObject({
  peakW: z.number().positive(),
  tiltDeg: z.number().min(0).max(90),
  azimuthDeg: z.number().min(0).max(360),
  lossPct: Pct,
  /** WMax of model 121, the base of a limit in percent. */
  maxPowerW: z.number().positive(),
});
const Cells = z.strictObject({ initialSocPct: Pct, leakPctPerDay: Pct, standbyW: z.number().nonnegative() });

export const ScenarioDevice = DeviceRegistered.schema.extend({
  solar: Solar.optional(),
  cells: Cells.optional(),
  rampWPerS: z.number().positive().optional(),
  /** Where both energy counters begin; absent: drawn from the seed. Never 0, which a register reads as not implemented. */
  countersFromWh: z.int().positive().optional(),
});
export type ScenarioDevice = z.infer<typeof ScenarioDevice>;

export const ScenarioSite = SiteConfigured.schema.omit({ endpoint: true }).extend({
  /** House of the data set that lives here, and its yearly use for the seeded model; absent where there is no household. */
  household: z.strictObject({ building: z.int().min(1).max(17), annualKwh: z.number().positive() }).optional(),
});
export type ScenarioSite = z.infer<typeof ScenarioSite>;

export const EvVisit = z.strictObject({
  deviceId: Id,
  arrivesAt: Instant,
  departsAt: Instant,
  wantedWh: z.number().positive(),
  batteryWh: z.number().positive(),
  arrivalSocPct: Pct,
});
export type EvVisit = z.infer<typeof EvVisit>;

const window = { fromAt: Instant, untilAt: Instant };

/** What goes wrong, and when. */
export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ctError'), deviceId: Id, errorPct: z.number().min(-100).max(100), ...window }),
  z.strictObject({ kind: z.literal('offline'), deviceId: Id, ...window }),
  z.strictObject({ kind: z.literal('frozen'), deviceId: Id, ...window }),
  z.strictObject({ kind: z.literal('counterReset'), deviceId: Id, at: Instant }),
]);
export type Fault = z.infer<typeof Fault>;

export const ScenarioMandate = z.strictObject({
  memberId: Id,
  priceFloorMicroPerKwh: PriceMicroPerKwh,
  priceCeilingMicroPerKwh: PriceMicroPerKwh,
  capMicroPerPeriod: AmountMicro.nonnegative(),
  expiresAt: Instant,
});
export const ScenarioOrder = z.strictObject({
  memberId: Id,
  side: z.enum(['bid', 'ask']),
  limitMicroPerKwh: PriceMicroPerKwh,
});

/** A community with its devices, people and mishaps: everything a run needs but real profiles. */
export const Scenario = z.strictObject({
  name: Id,
  description: z.string().min(1),
  seed: z.int().nonnegative(),
  startsAt: IntervalStart,
  place: z.strictObject({
    latitudeDeg: z.number().min(-90).max(90),
    longitudeDeg: z.number().min(-180).max(180),
    altitudeM: z.number().min(0).max(5000),
    /** Linke turbidity of the air. */
    turbidity: z.number().min(1).max(10),
  }),
  community: CommunityConfigured.schema.omit({ chain: true }),
  members: z.array(MemberRegistered.schema.omit({ wallet: true })).min(1),
  sites: z.array(ScenarioSite).min(1),
  devices: z.array(ScenarioDevice).min(1),
  evVisits: z.array(EvVisit),
  mandates: z.array(ScenarioMandate),
  orders: z.array(ScenarioOrder),
  faults: z.array(Fault),
});
export type Scenario = z.infer<typeof Scenario>;
