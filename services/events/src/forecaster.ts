import { z } from 'zod';
import { defineEvent, type PayloadOf } from './define-event.ts';
import { Id, Instant, IntervalStart, Pct } from './quantities.ts';

/** Energy per interval in Wh at three quantiles; the arrays have one length and P10 <= P50 <= P90 holds at each step. */
export const QuantileSeries = z.object({
  p10Wh: z.array(z.number().nonnegative()),
  p50Wh: z.array(z.number().nonnegative()),
  p90Wh: z.array(z.number().nonnegative()),
});
export type QuantileSeries = z.infer<typeof QuantileSeries>;

export const ForecastPublished = defineEvent({
  topic: 'forecaster.forecast-published.v1',
  key: (forecast) => forecast.siteId,
  schema: z.object({
    siteId: Id,
    issuedAt: Instant,
    firstIntervalStart: IntervalStart,
    /** Consumption behind the connection without batteries, chargers and racks. */
    load: QuantileSeries,
    /** Solar generation; absent where the site has none. */
    generation: QuantileSeries.optional(),
    model: z.object({
      name: z.string(),
      version: z.string(),
      backend: z.enum(['tensorflow', 'webgpu', 'wasm', 'none']),
      /** True while a named baseline stands in for the trained model. */
      isBaseline: z.boolean(),
      /** Mean absolute scaled error against seasonal naive on the held-out days; absent for a baseline. */
      mase: z.number().nonnegative().optional(),
      /** Share of held-out values between P10 and P90. */
      coverage80Pct: Pct.optional(),
    }),
  }),
});
export type ForecastPublished = PayloadOf<typeof ForecastPublished>;
