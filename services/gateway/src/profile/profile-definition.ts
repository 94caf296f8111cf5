import { z } from 'zod';

/** Where a neutral quantity stands in the device. `sign` -1 turns a generator's sign into the load convention (C4). */
const Source = z.union([
  z.strictObject({ constant: z.number() }),
  z.strictObject({
    /** Absent: the layout's main model. */
    model: z.int().optional(),
    point: z.string(),
    sign: z.union([z.literal(1), z.literal(-1)]).default(1),
    /** For a flag: the values that mean true. */
    trueWhen: z.array(z.int()).optional(),
  }),
]);
export type Source = z.infer<typeof Source>;

/** How a set-point is written, by the roles its points play; the same facts tell the simulator how the device reverts. */
const SetpointMap = z.strictObject({
  model: z.int(),
  sign: z.union([z.literal(1), z.literal(-1)]),
  /** Present where the set-point is a percentage: of what (C3). */
  percentOf: z.strictObject({ model: z.int(), point: z.string() }).optional(),
  /** A percentage below this puts some inverters in standby (C3). */
  minimumPct: z.number().min(0).max(100).default(0),
  enable: z.string(),
  value: z.string(),
  revertEnable: z.string().optional(),
  /** Where the device goes when the timer has run out; absent: to its own default (C9). */
  revertValue: z.string().optional(),
  revertSeconds: z.string().optional(),
  remainingSeconds: z.string().optional(),
  constants: z.record(z.string(), z.number()).default({}),
  /** Each entry is one atomic write over contiguous whole points, in this order. */
  writes: z.array(z.array(z.string()).min(1)).min(1),
  /** False: the register wears out, write on change only (C19). */
  isVolatile: z.boolean(),
});
export type SetpointMap = z.infer<typeof SetpointMap>;

export const NEUTRAL_POINTS = [
  'powerW',
  'importWh',
  'exportWh',
  'voltageV',
  'frequencyHz',
  'socPct',
  'sohPct',
  'isPluggedIn',
  'wantedWh',
] as const;
export type NeutralPoint = (typeof NEUTRAL_POINTS)[number];

const LIMITS = ['ratedW', 'maxChargeW', 'maxDischargeW', 'capacityWh'] as const;
export type LimitName = (typeof LIMITS)[number];

/** One shape of device: recognised by the models it must have, the first alternative of `main` that is present. */
const Layout = z.strictObject({
  kind: z.enum(['meter', 'inverter', 'battery', 'charger', 'rack']),
  main: z.array(z.int()).min(1),
  requires: z.array(z.int()).default([]),
  points: z.partialRecord(z.enum(NEUTRAL_POINTS), Source),
  /** Without these a reading is `missing`. */
  mandatory: z.array(z.enum(NEUTRAL_POINTS)),
  /** From the settings read at discovery; the first that is implemented holds. */
  limits: z.partialRecord(z.enum(LIMITS), z.array(Source)).default({}),
  setpoint: SetpointMap.optional(),
});
export type Layout = z.infer<typeof Layout>;

const PointRow = z.tuple([z.string(), z.string(), z.int().positive()], z.any()).readonly();

/** A vendor's own register map, in the form of a SunSpec table: rows of [name, type, registers, flags, scale, unit, symbols]. */
const RegisterMap = z.strictObject({
  address: z.int().min(0).max(65_535),
  serial: z.string(),
  points: z.array(PointRow).min(1),
});

export const ProfileDefinition = z.strictObject({
  name: z.string(),
  label: z.string(),
  registers: RegisterMap.optional(),
  layouts: z.array(Layout).min(1),
});
export type ProfileDefinition = z.infer<typeof ProfileDefinition>;
