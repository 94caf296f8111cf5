import { AmountMicro, Id, Instant, Pct, PriceMicroPerKwh, Quality } from '@wattmesh/events';
import { z } from 'zod';

/** Length of a point: a delivery interval, an hour, or a local day of the community's zone. */
export const TimelineStep = z.enum(['interval', 'hour', 'day']);
export type TimelineStep = z.infer<typeof TimelineStep>;

/** Query of the timeline: half-open range; without a site the community's sums. */
export const TimelineQuery = z.object({
  siteId: Id.optional(),
  from: Instant,
  to: Instant,
  step: TimelineStep.default('interval'),
});
export type TimelineQuery = z.infer<typeof TimelineQuery>;

const EnergyWh = z.number().nonnegative();

/** Energies of the newest forecast that covers the point, each P10 <= P50 <= P90; generation where anybody has sun. */
export const ForecastPoint = z.object({
  loadP10Wh: EnergyWh,
  loadP50Wh: EnergyWh,
  loadP90Wh: EnergyWh,
  generationP10Wh: EnergyWh.optional(),
  generationP50Wh: EnergyWh.optional(),
  generationP90Wh: EnergyWh.optional(),
});
export type ForecastPoint = z.infer<typeof ForecastPoint>;

/** What the newest plan that covers the point expects; load convention: positive into the site, or into its batteries. */
export const PlanPoint = z.object({
  siteWh: z.number(),
  storageWh: z.number().optional(),
  /** At the end of the point. */
  socPct: Pct.optional(),
});
export type PlanPoint = z.infer<typeof PlanPoint>;

/** One interval, hour or local day. Energies are sums over it; what nobody metered is absent, never 0. */
export const TimelinePoint = z.object({
  start: Instant,
  loadWh: EnergyWh.optional(),
  generationWh: EnergyWh.optional(),
  /** Into batteries. */
  chargedWh: EnergyWh.optional(),
  /** Out of batteries. */
  dischargedWh: EnergyWh.optional(),
  /** Chargers and racks. */
  chargingWh: EnergyWh.optional(),
  /** Revenue meters. */
  importWh: EnergyWh.optional(),
  exportWh: EnergyWh.optional(),
  /** Head meter; without a site alone. */
  feederImportWh: EnergyWh.optional(),
  feederExportWh: EnergyWh.optional(),
  /** At the end of the point's last metered interval; of several batteries the mean by capacity. */
  socPct: Pct.optional(),
  /** The worst of all meterings in the point. */
  quality: Quality.optional(),
  /** Clearing price; over several intervals the mean by shared energy. Absent where nothing was shared. */
  priceMicroPerKwh: PriceMicroPerKwh.optional(),
  /** Tariff; over several intervals the mean. */
  retailMicroPerKwh: PriceMicroPerKwh.optional(),
  feedInMicroPerKwh: PriceMicroPerKwh.optional(),
  forecast: ForecastPoint.optional(),
  plan: PlanPoint.optional(),
});
export type TimelinePoint = z.infer<typeof TimelinePoint>;

/**
 * Past and plan in one row of points, without gaps.
 *
 * Forecasts and plans are given in ranges of up to 31 days. Quantiles of sums: over sites, loads err independently (deviations
 * from the medians add as root of squares) and suns err together (quantiles add); over time all errors stay together (quantiles
 * add). Medians add. A sum is over the intervals that
 * forecasts or plans cover. A community's point has a forecast or a plan where at least one of its sites has; `sites` says how many.
 */
export const TimelineView = z
  .object({
    asOf: Instant,
    timeZone: z.string(),
    step: TimelineStep,
    points: z.array(TimelinePoint),
    /** The newest forecast; of a community the oldest of its sites' newest, the worst scores, and a baseline if one has it. */
    forecast: z
      .object({
        issuedAt: Instant,
        model: z.string(),
        isBaseline: z.boolean(),
        mase: z.number().optional(),
        coverage80Pct: Pct.optional(),
        sites: z.int().positive(),
      })
      .optional(),
    /** The newest plan; of a community the oldest of its sites' newest, with their sum of costs. */
    plan: z
      .object({
        issuedAt: Instant,
        costMicro: AmountMicro,
        binding: z.array(z.string()),
        sites: z.int().positive(),
      })
      .optional(),
  })
  .meta({ id: 'TimelineView' });
export type TimelineView = z.infer<typeof TimelineView>;
