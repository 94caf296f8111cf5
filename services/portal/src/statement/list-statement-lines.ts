import type { LineMatter, StatementLine } from '../view/statement-view.schema.ts';
import type { PricedPart } from './price-parts.ts';

/** One ledger row of a member, and what its amounts are made of. */
export interface BookedRow {
  readonly intervalStart: string;
  readonly run: string;
  readonly bookedAt: string;
  readonly tradeMicro: number;
  readonly supplyMicro: number;
  readonly receivableMicro: number;
  /** Commit of the run, and execution of the period that moves the row, as far as they are on chain. */
  readonly transactionHash?: string;
  readonly finality?: 'soft' | 'final';
  readonly executionTransactionHash?: string;
  /** The member's parts in this run; undefined where they are not known. */
  readonly parts: readonly PricedPart[] | undefined;
  /** Its parts in the run booked before; absent where this is the first one. */
  readonly earlier?: { readonly parts: readonly PricedPart[] | undefined };
}

type Part = Pick<
  StatementLine,
  'kind' | 'matter' | 'energyWh' | 'energyDeltaWh' | 'priceMicroPerKwh' | 'amountMicro'
> & {
  readonly matter: LineMatter;
  readonly counterpartyMemberId?: string;
};

/**
 * Statement lines of a member's ledger rows, in their order. The first run of an interval shows each energy at its price; a later
 * run the difference it makes to each. Whatever is not known to the micro-unit is shown as the row's own amounts, so that the lines
 * always sum to the rows. Amounts of trades move in lanes, but for the receivable, which a pair of lines takes out of them.
 *
 * Preconditions: one row per interval and run. O(n).
 *
 * @example listStatementLines([{ run: 'preliminary', tradeMicro: -200_000, supplyMicro: 0, parts: [sold], ... }], false); // one line
 */
export function listStatementLines(rows: readonly BookedRow[], isSupplier: boolean): StatementLine[] {
  return rows.flatMap((row) => {
    const parts = partsOf(row) ?? wholeAmounts(row, isSupplier);
    const lines = [...parts.map((part) => lineOf(row, part)), ...receivablePair(row)];
    return lines.map((line, place) => ({ lineId: `${row.intervalStart}/${row.run}/${place}`, ...line }));
  });
}

function partsOf(row: BookedRow): Part[] | undefined {
  const parts = row.earlier === undefined ? firstParts(row.parts) : differences(row.parts, row.earlier.parts);
  if (parts === undefined) return undefined;
  const sum = (isTrade: boolean): number =>
    parts.filter((part) => isTradeMatter(part.matter) === isTrade).reduce((all, part) => all + part.amountMicro, 0);
  return sum(true) === row.tradeMicro && sum(false) === row.supplyMicro ? parts : undefined;
}

function isTradeMatter(matter: LineMatter): boolean {
  return matter === 'sold' || matter === 'bought' || matter === 'charges';
}

function firstParts(parts: readonly PricedPart[] | undefined): Part[] | undefined {
  return parts?.map((part) => ({ ...part, kind: part.matter }));
}

const MATTERS = ['bought', 'sold', 'supply', 'feedIn'] as const;

function differences(
  parts: readonly PricedPart[] | undefined,
  earlier: readonly PricedPart[] | undefined,
): Part[] | undefined {
  if (parts === undefined || earlier === undefined) return undefined;
  return MATTERS.flatMap((matter) => {
    const [now, before] = [parts, earlier].map((all) => all.filter((part) => part.matter === matter));
    const difference = (pick: (part: PricedPart) => number): number => total(now, pick) - total(before, pick);
    const amountMicro = difference((part) => part.amountMicro);
    const energyDeltaWh = difference((part) => part.energyWh);
    return amountMicro === 0 && energyDeltaWh === 0
      ? []
      : [{ kind: 'correction' as const, matter, energyDeltaWh, amountMicro }];
  });
}

function total(parts: readonly PricedPart[] | undefined, pick: (part: PricedPart) => number): number {
  return (parts ?? []).reduce((all, part) => all + pick(part), 0);
}

/** The row's amounts as they stand in the ledger. The supplier receives the shared charges of all trades, and the dust. */
function wholeAmounts(row: BookedRow, isSupplier: boolean): Part[] {
  const trade = isSupplier ? 'charges' : row.tradeMicro > 0 ? 'bought' : 'sold';
  const supply = isSupplier || row.supplyMicro > 0 ? 'supply' : 'feedIn';
  const amounts = [
    { matter: trade, amountMicro: row.tradeMicro },
    { matter: supply, amountMicro: row.supplyMicro },
  ] as const;
  return amounts
    .filter(({ amountMicro }) => amountMicro !== 0)
    .map((amount) => ({ ...amount, kind: row.earlier === undefined ? amount.matter : 'correction' }));
}

function lineOf(row: BookedRow, part: Part): Omit<StatementLine, 'lineId'> {
  return { ...placeOf(row), ...part, ...chainOf(row, isTradeMatter(part.matter)) };
}

/** What a mandate's cap keeps out of the lanes is taken out of them, and owed all the same. */
function receivablePair(row: BookedRow): Omit<StatementLine, 'lineId'>[] {
  if (row.receivableMicro === 0) return [];
  return [
    { amountMicro: -row.receivableMicro, isInLane: true },
    { amountMicro: row.receivableMicro, isInLane: false },
  ].map(({ amountMicro, isInLane }) => ({
    ...placeOf(row),
    kind: 'receivable',
    matter: 'bought',
    amountMicro,
    ...chainOf(row, isInLane),
  }));
}

function placeOf({
  intervalStart,
  run,
  bookedAt,
}: BookedRow): Pick<StatementLine, 'intervalStart' | 'run' | 'bookedAt'> {
  return { intervalStart, run, bookedAt };
}

function chainOf(
  { transactionHash, finality, executionTransactionHash }: BookedRow,
  onChain: boolean,
): Pick<StatementLine, 'onChain' | 'transactionHash' | 'finality' | 'executionTransactionHash'> {
  return {
    onChain,
    ...(transactionHash === undefined ? {} : { transactionHash }),
    ...(finality === undefined ? {} : { finality }),
    ...(executionTransactionHash === undefined || !onChain ? {} : { executionTransactionHash }),
  };
}
