import { z } from 'zod';
import { defineEvent, type PayloadOf } from './define-event.ts';
import {
  Address,
  AmountMicro,
  EnergyDeltaWh,
  EnergyWh,
  Hash,
  Hex,
  Id,
  Instant,
  IntervalStart,
  PriceMicroPerKwh,
  Run,
} from './quantities.ts';

/** A member's signed consent: what P2P energy may cost and earn, and how much may be debited per settlement period. */
export const MandateSigned = defineEvent({
  topic: 'market.mandate-signed.v1',
  key: (mandate) => mandate.memberId,
  schema: z.object({
    memberId: Id,
    communityId: Id,
    wallet: Address,
    priceFloorMicroPerKwh: PriceMicroPerKwh,
    priceCeilingMicroPerKwh: PriceMicroPerKwh,
    capMicroPerPeriod: AmountMicro.nonnegative(),
    expiresAt: Instant,
    nonce: z.int().nonnegative(),
    /** EIP-712 struct hash of the fields above. */
    mandateHash: Hash,
    signature: Hex,
  }),
});
export type MandateSigned = PayloadOf<typeof MandateSigned>;

/** A standing order: a price limit inside the member's mandate; its volume is what the meter says. */
export const OrderPlaced = defineEvent({
  topic: 'market.order-placed.v1',
  key: (order) => order.memberId,
  schema: z.object({
    orderId: z.uuid(),
    memberId: Id,
    communityId: Id,
    side: z.enum(['bid', 'ask']),
    limitMicroPerKwh: PriceMicroPerKwh,
    validFrom: Instant,
    mandateHash: Hash,
    /** The wallet's EIP-712 signature of the fields above, so that whoever holds the log can check it. */
    signature: Hex,
  }),
});
export type OrderPlaced = PayloadOf<typeof OrderPlaced>;

export const Trade = z.object({
  sellerMemberId: Id,
  buyerMemberId: Id,
  energyWh: EnergyWh.positive(),
  priceMicroPerKwh: PriceMicroPerKwh,
  amountMicro: AmountMicro,
});
export type Trade = z.infer<typeof Trade>;

/** What one member's meter, trades and residual supply come to in one interval. Amounts: positive is a debit. */
export const AccountRow = z.object({
  memberId: Id,
  importWh: EnergyWh,
  exportWh: EnergyWh,
  boughtWh: EnergyWh,
  soldWh: EnergyWh,
  /** Energy bought from and sold to the supplier. Of the residual account, either may be the balance of losses. */
  residualImportWh: EnergyWh,
  residualExportWh: EnergyWh,
  tradeMicro: AmountMicro,
  /** Residual supply: import at retail less export at feed-in. Never capped by a mandate. */
  supplyMicro: AmountMicro,
  /** Zero hash where the member signed no mandate and so does not trade. */
  mandateHash: Hash,
});
export type AccountRow = z.infer<typeof AccountRow>;

export const IntervalCleared = defineEvent({
  topic: 'market.interval-cleared.v1',
  key: (cleared) => cleared.communityId,
  schema: z.object({
    communityId: Id,
    intervalStart: IntervalStart,
    run: Run,
    closedAt: Instant,
    /** What was used: each metering by the SHA-256 of its canonical JSON, and the same over the orders in force. */
    inputs: z.object({
      meterings: z.array(z.object({ meterId: Id, hash: Hash, isSubstituted: z.boolean() })),
      ordersHash: Hash,
      tariffHash: Hash,
    }),
    /** Uniform price paid by buyers and received by sellers, shared charges apart; absent where nothing was shared. */
    priceMicroPerKwh: PriceMicroPerKwh.optional(),
    retailMicroPerKwh: PriceMicroPerKwh,
    feedInMicroPerKwh: PriceMicroPerKwh,
    sharedWh: EnergyWh,
    trades: z.array(Trade),
    /** One row for every member, the supplier and the residual account included; amounts sum to zero. */
    accounts: z.array(AccountRow),
    /** Losses and meter error: the head meter's net import less the members'; negative where meters over-count. */
    residualWh: EnergyDeltaWh,
    residualBoundWh: EnergyWh,
    /** Named where |residual| passes its bound. */
    suspectMeterId: Id.optional(),
  }),
});
export type IntervalCleared = PayloadOf<typeof IntervalCleared>;
