import type { AccountRow, Trade } from '@wattmesh/events';

/** Tariff at one interval, micro-units per kWh. Shared charges are what the buyer still owes on shared energy. */
export interface PriceAtInterval {
  readonly retailMicroPerKwh: number;
  readonly feedInMicroPerKwh: number;
  readonly sharedChargesMicroPerKwh: number;
}

/** What one meter registered in the interval; a substituted one repeats an earlier interval of the same meter. */
export interface MeteredEnergy {
  readonly meterId: string;
  readonly siteId: string;
  readonly memberId: string;
  readonly role: 'revenue' | 'load' | 'generation' | 'storage' | 'charging' | 'head';
  readonly importWh: number;
  readonly exportWh: number;
  readonly isSubstituted: boolean;
}

/** Mandate in force of one member. */
export interface MandateLimits {
  readonly memberId: string;
  readonly mandateHash: string;
  readonly priceFloorMicroPerKwh: number;
  readonly priceCeilingMicroPerKwh: number;
}

/** Standing order in force: a bid's limit includes the shared charges, an ask's is what the seller receives. */
export interface StandingOrder {
  readonly memberId: string;
  readonly side: 'bid' | 'ask';
  readonly limitMicroPerKwh: number;
}

/** Everything that one interval is cleared from. */
export interface IntervalInput {
  readonly supplierMemberId: string;
  readonly residualMemberId: string;
  readonly lossPct: number;
  readonly memberIds: readonly string[];
  /** Revenue meters and the head meter settle; sub-meters only help to name a suspect. */
  readonly meterings: readonly MeteredEnergy[];
  readonly mandates: readonly MandateLimits[];
  readonly orders: readonly StandingOrder[];
  readonly price: PriceAtInterval;
}

/** What an interval comes to. */
export interface IntervalOutcome {
  readonly priceMicroPerKwh?: number;
  readonly sharedWh: number;
  readonly trades: Trade[];
  readonly accounts: AccountRow[];
  readonly residualWh: number;
  readonly residualBoundWh: number;
  readonly suspectMeterId?: string;
}

/** Mandate hash of a member that signed none. */
export const NO_MANDATE = `0x${'0'.repeat(64)}`;
