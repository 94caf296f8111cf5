import { EnergyDeltaWh, EnergyWh, Id, Instant, IntervalStart, PriceMicroPerKwh, Run, Trade } from '@wattmesh/events';
import { z } from 'zod';

/** What the market made of one interval: its newest run. */
export const ClearingView = z
  .object({
    intervalStart: IntervalStart,
    run: Run,
    closedAt: Instant,
    /** Absent where nothing was shared. */
    priceMicroPerKwh: PriceMicroPerKwh.optional(),
    retailMicroPerKwh: PriceMicroPerKwh,
    feedInMicroPerKwh: PriceMicroPerKwh,
    sharedWh: EnergyWh,
    tradeCount: z.int().nonnegative(),
    residualWh: EnergyDeltaWh,
    residualBoundWh: EnergyWh,
    suspectMeterId: Id.optional(),
  })
  .meta({ id: 'ClearingView' });
export type ClearingView = z.infer<typeof ClearingView>;

/** One trade of an interval's newest run; the amount is what the seller receives. */
export const TradeView = Trade.extend({ run: Run }).meta({ id: 'TradeView' });
export type TradeView = z.infer<typeof TradeView>;

/** Query of the clearings: half-open range of intervals, newest first. */
export const ClearingQuery = z.object({
  from: Instant.optional(),
  to: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
export type ClearingQuery = z.infer<typeof ClearingQuery>;

/** Path of one interval's trades. */
export const ClearingPath = z.object({ communityId: z.string(), intervalStart: IntervalStart });
export type ClearingPath = z.infer<typeof ClearingPath>;
