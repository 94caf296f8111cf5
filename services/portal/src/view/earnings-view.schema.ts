import { AmountMicro, EnergyWh, Id, Instant } from '@wattmesh/events';
import { z } from 'zod';

/** Query of the earnings: the local day, or the local month, that the date lies in. */
export const EarningsQuery = z.object({
  period: z.enum(['day', 'month']).default('day'),
  date: z.iso.date(),
});
export type EarningsQuery = z.infer<typeof EarningsQuery>;

/** What a member earned, paid and saved in a local day or month. */
export const EarningsView = z
  .object({
    memberId: Id,
    period: z.enum(['day', 'month']),
    from: Instant,
    to: Instant,
    timeZone: z.string(),
    currency: z.string(),
    /** Credited for energy sold and fed in: a positive number is money received. */
    earnedMicro: AmountMicro,
    /** Debited for energy bought and supplied: a positive number is money owed. */
    paidMicro: AmountMicro,
    /** The bill, paid less earned: positive is a debit. The sum of the statement's lines of the same range. */
    netMicro: AmountMicro,
    /** The bill for the same metered energy on the tariff alone: import at retail less export at feed-in. Positive is a debit. */
    aloneMicro: AmountMicro,
    /** `aloneMicro` less `netMicro`: what the community was worth. */
    savedMicro: AmountMicro,
    soldWh: EnergyWh,
    boughtWh: EnergyWh,
    /** From the supplier. */
    suppliedWh: EnergyWh,
    /** To the supplier. */
    exportedWh: EnergyWh,
    /** True when the period is over and the final run of each of its intervals is booked. */
    isComplete: z.boolean(),
    asOf: Instant,
  })
  .meta({ id: 'EarningsView' });
export type EarningsView = z.infer<typeof EarningsView>;
