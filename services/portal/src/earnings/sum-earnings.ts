import { creditOfEnergy, debitOfEnergy } from '@wattmesh/market/amount-of-energy';
import type { EarningsView } from '../view/earnings-view.schema.ts';
import type { StatementLine } from '../view/statement-view.schema.ts';

/** A member's metered and shared energy in one booked run. */
export interface EarningAccount {
  readonly intervalStart: string;
  readonly runNumber: number;
  readonly importWh: number;
  readonly exportWh: number;
  readonly boughtWh: number;
  readonly soldWh: number;
  readonly residualImportWh: number;
  readonly residualExportWh: number;
  readonly retailMicroPerKwh: number;
  readonly feedInMicroPerKwh: number;
}

type Sums = Pick<
  EarningsView,
  | 'earnedMicro'
  | 'paidMicro'
  | 'netMicro'
  | 'aloneMicro'
  | 'savedMicro'
  | 'soldWh'
  | 'boughtWh'
  | 'suppliedWh'
  | 'exportedWh'
>;

/**
 * Earnings of a member from its statement lines and its accounts. Money is that of all lines, corrections with what they correct, so
 * `netMicro` is the statement's total. Energies, and the bill on the tariff alone, are those of each interval's newest run, rounded as
 * the market rounds: debits down, credits up, one line each, so that nobody saves less than nothing by rounding. All of the supplier's
 * lines are earnings, less what it pays for feed-in.
 *
 * @example sumEarnings([sold line of -200_000], [{ exportWh: 1000, soldWh: 1000, feedInMicroPerKwh: 50_000, ... }], false).savedMicro; // 150_000
 */
export function sumEarnings(
  lines: readonly StatementLine[],
  accounts: readonly EarningAccount[],
  isSupplier: boolean,
): Sums {
  const newest = [...new Map(accounts.map((account) => [account.intervalStart, account])).values()];
  const energyWh = (pick: (account: EarningAccount) => number): number =>
    newest.reduce((all, account) => all + pick(account), 0);
  const paidMicro = sumOf(lines, ({ matter }) => !isSupplier && (matter === 'bought' || matter === 'supply'));
  const netMicro = sumOf(lines, () => true);
  const aloneMicro = newest.reduce((all, account) => all + aloneOf(account), 0);
  return {
    earnedMicro: paidMicro - netMicro,
    paidMicro,
    netMicro,
    aloneMicro,
    savedMicro: aloneMicro - netMicro,
    soldWh: energyWh((account) => account.soldWh),
    boughtWh: energyWh((account) => account.boughtWh),
    suppliedWh: energyWh((account) => account.residualImportWh),
    exportedWh: energyWh((account) => account.residualExportWh),
  };
}

function sumOf(lines: readonly StatementLine[], isMeant: (line: StatementLine) => boolean): number {
  return lines.filter(isMeant).reduce((all, line) => all + line.amountMicro, 0);
}

function aloneOf({ importWh, exportWh, retailMicroPerKwh, feedInMicroPerKwh }: EarningAccount): number {
  return debitOfEnergy(importWh, retailMicroPerKwh) - creditOfEnergy(exportWh, feedInMicroPerKwh);
}
