import { creditOfEnergy, creditsOfEnergies, debitOfEnergy } from '@wattmesh/market/amount-of-energy';

/** One member's side of an interval's clearing, with the prices that held. */
export interface MemberAccount {
  readonly memberId: string;
  readonly boughtWh: number;
  readonly soldWh: number;
  readonly residualImportWh: number;
  readonly residualExportWh: number;
  readonly tradeMicro: number;
  readonly supplyMicro: number;
  /** Absent where nothing was shared. */
  readonly priceMicroPerKwh?: number;
  readonly retailMicroPerKwh: number;
  readonly feedInMicroPerKwh: number;
  /** Trades in which the member takes part. */
  readonly trades: readonly AccountTrade[];
}

export interface AccountTrade {
  readonly sellerMemberId: string;
  readonly buyerMemberId: string;
  readonly energyWh: number;
  readonly amountMicro: number;
}

/** What one kind of energy came to. Positive is a debit. */
export interface PricedPart {
  readonly matter: 'sold' | 'bought' | 'supply' | 'feedIn';
  readonly energyWh: number;
  readonly priceMicroPerKwh: number;
  readonly amountMicro: number;
  readonly counterpartyMemberId?: string;
}

/**
 * Takes a member's account apart into energies at prices. A buyer's debit (price and shared charges, rounded down as one) is
 * split over its trades by largest remainder, as the market splits a seller's credit.
 *
 * Answers undefined where the parts do not sum to the account exactly: then nobody may say what its amounts are made of. So it
 * is with the supplier, whose row takes the other side of all residual energy, and the dust.
 *
 * @example priceParts({ soldWh: 1000, trades: [one of 1000 Wh for 200_000], ... }, 20_000); // [{ matter: 'sold', amountMicro: -200_000, ... }]
 */
export function priceParts(account: MemberAccount, sharedChargesMicroPerKwh: number): PricedPart[] | undefined {
  const trades = [...boughtParts(account, sharedChargesMicroPerKwh), ...soldParts(account)];
  const supply = supplyParts(account);
  const isExact = sum(trades) === account.tradeMicro && sum(supply) === account.supplyMicro;
  return isExact ? [...trades, ...supply] : undefined;
}

const sum = (parts: readonly PricedPart[]): number => parts.reduce((all, part) => all + part.amountMicro, 0);

function boughtParts({ memberId, trades, priceMicroPerKwh }: MemberAccount, chargesMicroPerKwh: number): PricedPart[] {
  const own = trades.filter((trade) => trade.buyerMemberId === memberId);
  const price = (priceMicroPerKwh ?? 0) + chargesMicroPerKwh;
  const credits = creditsOfEnergies(
    own.map((trade) => trade.energyWh),
    -price,
  );
  return own.map((trade, index) => ({
    matter: 'bought',
    energyWh: trade.energyWh,
    priceMicroPerKwh: price,
    amountMicro: 0 - (credits[index] ?? 0),
    counterpartyMemberId: trade.sellerMemberId,
  }));
}

function soldParts({ memberId, trades, priceMicroPerKwh = 0 }: MemberAccount): PricedPart[] {
  return trades
    .filter((trade) => trade.sellerMemberId === memberId)
    .map((trade) => ({
      matter: 'sold',
      energyWh: trade.energyWh,
      priceMicroPerKwh,
      amountMicro: 0 - trade.amountMicro,
      counterpartyMemberId: trade.buyerMemberId,
    }));
}

function supplyParts(account: MemberAccount): PricedPart[] {
  const { residualImportWh, residualExportWh, retailMicroPerKwh, feedInMicroPerKwh } = account;
  const parts: PricedPart[] = [
    {
      matter: 'supply',
      energyWh: residualImportWh,
      priceMicroPerKwh: retailMicroPerKwh,
      amountMicro: debitOfEnergy(residualImportWh, retailMicroPerKwh),
    },
    {
      matter: 'feedIn',
      energyWh: residualExportWh,
      priceMicroPerKwh: feedInMicroPerKwh,
      amountMicro: 0 - creditOfEnergy(residualExportWh, feedInMicroPerKwh),
    },
  ];
  return parts.filter((part) => part.energyWh > 0);
}
