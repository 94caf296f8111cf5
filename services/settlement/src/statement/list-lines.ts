import type { LedgerRow } from '@wattmesh/events';

/** A booked row with the interval and run it belongs to. */
export interface DatedRow extends LedgerRow {
  readonly intervalStart: string;
  readonly run: string;
}

/** One line of a statement; positive is a debit. */
export interface StatementLine {
  readonly intervalStart: string;
  readonly run: string;
  readonly kind: 'neighbours' | 'supply';
  readonly amountMicro: number;
}

/** A member's statement over a range of intervals. */
export interface Statement {
  readonly lines: StatementLine[];
  readonly neighboursMicro: number;
  readonly supplyMicro: number;
  readonly totalMicro: number;
  /** Part of the total that a mandate's cap keeps off the chain: owed to the supplier. */
  readonly receivableMicro: number;
}

/**
 * Statement of one member's ledger rows. Whole micro-units are only ever added, so the lines sum to the total exactly and
 * statements of adjoining ranges sum to that of the whole range. Rows without an amount give no line. O(n log n).
 */
export function listLines(rows: readonly DatedRow[]): Statement {
  const sorted = [...rows].sort((a, b) =>
    a.intervalStart < b.intervalStart ? -1 : a.intervalStart > b.intervalStart ? 1 : 0,
  );
  const lines = sorted.flatMap((row): StatementLine[] =>
    [
      { intervalStart: row.intervalStart, run: row.run, kind: 'neighbours' as const, amountMicro: row.tradeMicro },
      { intervalStart: row.intervalStart, run: row.run, kind: 'supply' as const, amountMicro: row.supplyMicro },
    ].filter((line) => line.amountMicro !== 0),
  );
  const sum = (pick: (row: DatedRow) => number): number => rows.reduce((all, row) => all + pick(row), 0);
  return {
    lines,
    neighboursMicro: sum((row) => row.tradeMicro),
    supplyMicro: sum((row) => row.supplyMicro),
    totalMicro: lines.reduce((all, line) => all + line.amountMicro, 0),
    receivableMicro: sum((row) => row.receivableMicro),
  };
}
