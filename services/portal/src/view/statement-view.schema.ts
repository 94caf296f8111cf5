import {
  AmountMicro,
  BatchConfirmed,
  EnergyWh,
  Hash,
  Id,
  Instant,
  IntervalStart,
  PriceMicroPerKwh,
  Run,
} from '@wattmesh/events';
import { z } from 'zod';

/** Query of a statement: half-open range of intervals; with `knownAt` only what was booked by then. */
export const StatementQuery = z.object({
  from: Instant.optional(),
  to: Instant.optional(),
  knownAt: Instant.optional(),
});
export type StatementQuery = z.infer<typeof StatementQuery>;

/** What moved the money of a line. */
export const LineMatter = z.enum(['sold', 'bought', 'supply', 'feedIn', 'charges']);
export type LineMatter = z.infer<typeof LineMatter>;

/** One line. Positive amounts are debits. Lines are only ever added: a later run adds the difference. */
export const StatementLine = z.object({
  /** Stable, and unique in the member's statement. */
  lineId: z.string(),
  intervalStart: IntervalStart,
  run: Run,
  bookedAt: Instant,
  /**
   * `sold` and `bought` name the neighbour, a bought price includes the shared charges; `supply` is energy from the supplier,
   * `feedIn` energy to it; `charges` what the supplier receives of trades; `correction` the difference that a later run found;
   * `receivable` a pair of lines, the part of a debit above the mandate's cap out of the lanes and still owed.
   */
  kind: z.enum([...LineMatter.options, 'receivable', 'correction']),
  /** What a correction corrects; else the kind itself, where it is one. */
  matter: LineMatter.optional(),
  energyWh: EnergyWh.optional(),
  /** Of a correction: newer energy less older. */
  energyDeltaWh: z.int().optional(),
  priceMicroPerKwh: PriceMicroPerKwh.optional(),
  amountMicro: AmountMicro,
  counterpartyMemberId: Id.optional(),
  /** True where the amount moves in a lane of the settlement contract. */
  onChain: z.boolean(),
  /** Commit of the run's root; absent until it is on chain. */
  transactionHash: Hash.optional(),
  finality: BatchConfirmed.schema.shape.finality.optional(),
  /** Execution of the lane; absent until then, and for what is in no lane. */
  executionTransactionHash: Hash.optional(),
});
export type StatementLine = z.infer<typeof StatementLine>;

/** A member's statement: `totalMicro` is the sum of the lines, and of the trade and supply sums, to the micro-unit. */
export const StatementView = z
  .object({
    memberId: Id,
    communityId: Id,
    currency: z.string(),
    timeZone: z.string(),
    from: Instant.optional(),
    to: Instant.optional(),
    knownAt: Instant,
    lines: z.array(StatementLine),
    totalMicro: AmountMicro,
    tradeMicro: AmountMicro,
    supplyMicro: AmountMicro,
    /** Part of `tradeMicro` that is owed and in no lane. */
    receivableMicro: AmountMicro.nonnegative(),
  })
  .meta({ id: 'StatementView' });
export type StatementView = z.infer<typeof StatementView>;
