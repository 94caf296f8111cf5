import { DeviceStatusChanged, Id, Instant, Pct, PowerW, Quality } from '@wattmesh/events';
import { z } from 'zod';

/** Status of a device, or the worst of a site's devices; `unknown` while nothing has been heard of it. */
export const DeviceStatus = z.enum([...DeviceStatusChanged.schema.shape.status.options, 'unknown']);
export type DeviceStatus = z.infer<typeof DeviceStatus>;

/**
 * Power of one site. Load convention: into the site is positive, so generation is negative. `powerW` is what the revenue meter
 * shows, the others are sums over the site's devices of that kind and absent where it has none or one of them is silent.
 */
export const SiteNow = z.object({
  siteId: Id,
  name: z.string(),
  powerW: PowerW.optional(),
  loadW: PowerW.optional(),
  generationW: PowerW.optional(),
  storageW: PowerW.optional(),
  /** Chargers and racks. */
  chargingW: PowerW.optional(),
  /** Of the revenue meter's value; `missing` where it is older than 15 minutes: then `powerW` is absent. */
  quality: Quality,
  /** Of the revenue meter's last value, however old. */
  measuredAt: Instant.optional(),
  status: DeviceStatus,
});
export type SiteNow = z.infer<typeof SiteNow>;

/** One battery. Charging is positive. */
export const BatteryNow = z.object({
  deviceId: Id,
  siteId: Id,
  powerW: PowerW.optional(),
  socPct: Pct.optional(),
  /** Set-point in force at the device; absent where none is. */
  setpointW: PowerW.optional(),
  /** Owner's guard rail: no plan goes below it. */
  reservePct: Pct,
  capacityWh: z.number(),
  maxChargeW: z.number(),
  maxDischargeW: z.number(),
  /** Whom its plan serves; absent where it cannot be controlled. */
  authority: z.enum(['owner', 'community']).optional(),
  quality: Quality,
  measuredAt: Instant.optional(),
});
export type BatteryNow = z.infer<typeof BatteryNow>;

/** What flows at this moment. A value older than 15 simulated minutes is no value: it is absent. */
export const NowView = z
  .object({
    asOf: Instant,
    /** At the feeder's head; import positive. */
    feeder: z.object({
      powerW: PowerW.optional(),
      measuredAt: Instant.optional(),
      quality: Quality,
      limitImportW: z.number(),
      limitExportW: z.number(),
    }),
    /** Sums over the sites that have a value; absent where none has. */
    totals: z.object({
      loadW: PowerW.optional(),
      generationW: PowerW.optional(),
      storageW: PowerW.optional(),
      chargingW: PowerW.optional(),
      /** Of the revenue meters. */
      netW: PowerW.optional(),
      /** Sites whose revenue meter has no value: `netW` lacks them. */
      missingSites: z.int().nonnegative(),
    }),
    sites: z.array(SiteNow),
    batteries: z.array(BatteryNow),
  })
  .meta({ id: 'NowView' });
export type NowView = z.infer<typeof NowView>;
