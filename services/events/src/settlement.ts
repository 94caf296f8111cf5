import { z } from 'zod';
import { defineEvent, type PayloadOf } from './define-event.ts';
import { AmountMicro, Hash, Id, Instant, IntervalStart, Run } from './quantities.ts';

/** What a run books to a member: a row of its own, never a change of an earlier one. Positive is a debit. */
export const LedgerRow = z.object({
  memberId: Id,
  tradeMicro: AmountMicro,
  supplyMicro: AmountMicro,
  /** Part of a P2P debit above the mandate's cap: owed, and kept out of the lanes on chain. */
  receivableMicro: AmountMicro.nonnegative(),
});
export type LedgerRow = z.infer<typeof LedgerRow>;

export const IntervalSettled = defineEvent({
  topic: 'settlement.interval-settled.v1',
  key: (settled) => settled.communityId,
  schema: z.object({
    communityId: Id,
    intervalStart: IntervalStart,
    run: Run,
    settledAt: Instant,
    /** Rows of this run alone: for a correction the difference to what was booked before, touched members only. */
    rows: z.array(LedgerRow),
    debitsMicro: AmountMicro.nonnegative(),
    creditsMicro: AmountMicro.nonnegative(),
    tradeCount: z.int().nonnegative(),
    /** Root of the salted tree of trades and account rows. */
    root: Hash,
  }),
});
export type IntervalSettled = PayloadOf<typeof IntervalSettled>;

export const BatchConfirmed = defineEvent({
  topic: 'settlement.batch-confirmed.v1',
  key: (batch) => batch.communityId,
  schema: z.object({
    communityId: Id,
    /** `commit` puts an interval's root on chain, `execute` moves a settlement period's netted amounts. */
    kind: z.enum(['commit', 'execute']),
    /** Interval and run committed, or the first interval of the period executed. */
    intervalStart: IntervalStart,
    run: Run.optional(),
    /** Intervals that an execution covers; 1 for a commit. */
    intervalCount: z.int().positive(),
    transactionHash: Hash,
    blockNumber: z.int().nonnegative(),
    gasUsed: z.int().nonnegative(),
    confirmedAt: Instant,
    finality: z.enum(['soft', 'final']),
  }),
});
export type BatchConfirmed = PayloadOf<typeof BatchConfirmed>;
