import { z } from 'zod';
import { defineEvent, type PayloadOf } from './define-event.ts';
import { Address, Attestation, EnergyWh, Id, Instant, P256PublicKey, Pct, PriceMicroPerKwh } from './quantities.ts';

/** A price band of the supplier's tariff; the first band that matches the local time holds. */
export const TariffBand = z.object({
  /** Months 1 to 12; absent: all. */
  months: z.array(z.int().min(1).max(12)).optional(),
  /** ISO weekdays, 1 Monday to 7 Sunday; absent: all. */
  weekdays: z.array(z.int().min(1).max(7)).optional(),
  fromLocalHour: z.int().min(0).max(23),
  /** Exclusive; 24 is midnight. */
  toLocalHour: z.int().min(1).max(24),
  retailMicroPerKwh: PriceMicroPerKwh,
});
export type TariffBand = z.infer<typeof TariffBand>;

/** Tariff at the grid connection: retail by local time, one feed-in price, charges still due on shared energy. */
export const Tariff = z.object({
  bands: z.array(TariffBand).min(1),
  feedInMicroPerKwh: PriceMicroPerKwh,
  sharedChargesMicroPerKwh: PriceMicroPerKwh,
});
export type Tariff = z.infer<typeof Tariff>;

export const CommunityConfigured = defineEvent({
  topic: 'portal.community-configured.v1',
  key: (community) => community.communityId,
  compacted: true,
  schema: z.object({
    communityId: Id,
    name: z.string().min(1),
    timeZone: z.string().min(1),
    currency: z.string().length(3),
    topology: z.literal('behindPcc'),
    mechanism: z.object({
      timing: z.literal('expost'),
      pricing: z.literal('auction'),
      split: z.literal('supplyDemandRatio'),
    }),
    settlementPeriodIntervals: z.int().positive(),
    startsAt: Instant,
    /** Member that is the operator and supplier: buys and sells what the community does not share. */
    supplierMemberId: Id,
    /** Member that holds losses and meter error. */
    residualMemberId: Id,
    headMeterId: Id,
    feeder: z.object({
      feederId: Id,
      limitImportW: z.number().positive(),
      limitExportW: z.number().positive(),
      /** Modelled loss of the feeder as a share of the energy that passes the members' meters. */
      lossPct: Pct,
    }),
    tariff: Tariff,
    /** Where the community settles; filled by the operator at deployment. */
    chain: z.object({
      chainId: z.int().positive(),
      registry: Address,
      settlement: Address,
      token: Address,
    }),
  }),
});
export type CommunityConfigured = PayloadOf<typeof CommunityConfigured>;

export const SiteConfigured = defineEvent({
  topic: 'portal.site-configured.v1',
  key: (site) => site.siteId,
  compacted: true,
  schema: z.object({
    siteId: Id,
    communityId: Id,
    memberId: Id,
    name: z.string().min(1),
    timeZone: z.string().min(1),
    latitudeDeg: z.number().min(-90).max(90),
    longitudeDeg: z.number().min(-180).max(180),
    phases: z.union([z.literal(1), z.literal(3)]),
    fuseA: z.number().positive(),
    /** Static shares of the feeder's limits: kept by the gateway whatever a plan says. Both positive numbers. */
    importLimitW: z.number().positive(),
    exportLimitW: z.number().positive(),
    /** Modbus TCP endpoint of the site's devices. */
    endpoint: z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535) }),
  }),
});
export type SiteConfigured = PayloadOf<typeof SiteConfigured>;

/** Roles of devices that count energy. */
export const MeterRole = z.enum(['revenue', 'load', 'generation', 'storage', 'charging', 'head']);
export type MeterRole = z.infer<typeof MeterRole>;

const Battery = z.object({
  capacityWh: z.number().positive(),
  maxChargeW: z.number().positive(),
  maxDischargeW: z.number().positive(),
  roundTripEfficiencyPct: Pct,
  /** Owner's guard rail: the part of the capacity no plan may use. */
  reservePct: Pct,
  /** Wear per kWh discharged. */
  wearMicroPerKwh: PriceMicroPerKwh,
});
const Charger = z.object({ maxChargeW: z.number().positive(), minChargeW: z.number().nonnegative() });
const Rack = z.object({
  maxPowerW: z.number().positive(),
  idlePowerW: z.number().nonnegative(),
  valueMicroPerKwh: PriceMicroPerKwh,
});

export const DeviceRegistered = defineEvent({
  topic: 'portal.device-registered.v1',
  key: (device) => device.deviceId,
  compacted: true,
  schema: z.object({
    deviceId: Id,
    siteId: Id,
    kind: z.enum(['meter', 'inverter', 'battery', 'charger', 'rack']),
    /** What the device's energy counters stand for; the head and revenue meters settle. */
    meterRole: MeterRole,
    unitId: z.int().min(1).max(247),
    /** `sunspec` is discovered by walking the model chain; another name is a register map held as data by the gateway. */
    profile: z.string().min(1),
    phases: z.union([z.literal(1), z.literal(3)]),
    ratedW: z.number().positive(),
    /** Who the plan of a controllable device serves; absent where the device cannot be controlled. */
    authority: z.enum(['owner', 'community']).optional(),
    battery: Battery.optional(),
    charger: Charger.optional(),
    rack: Rack.optional(),
    /** Identity the device must report (SunSpec SN); a different one is refused. */
    serial: z.string().min(1),
  }),
});
export type DeviceRegistered = PayloadOf<typeof DeviceRegistered>;

export const MemberRegistered = defineEvent({
  topic: 'portal.member-registered.v1',
  key: (member) => member.memberId,
  compacted: true,
  schema: z.object({
    memberId: Id,
    communityId: Id,
    name: z.string().min(1),
    role: z.enum(['prosumer', 'supplier', 'residual', 'communityAsset']),
    /** Account on chain. */
    wallet: Address,
  }),
});
export type MemberRegistered = PayloadOf<typeof MemberRegistered>;

export const MeterEnrolled = defineEvent({
  topic: 'portal.meter-enrolled.v1',
  key: (meter) => meter.meterId,
  compacted: true,
  schema: z.object({
    /** A meter is a device's counters: its id is the device's. */
    meterId: Id,
    siteId: Id,
    communityId: Id,
    memberId: Id,
    role: MeterRole,
    publicKey: P256PublicKey,
    attestation: Attestation,
    enrolledAt: Instant,
    /** Largest energy the connection can pass in one interval, for plausibility. */
    maxIntervalWh: EnergyWh,
  }),
});
export type MeterEnrolled = PayloadOf<typeof MeterEnrolled>;
