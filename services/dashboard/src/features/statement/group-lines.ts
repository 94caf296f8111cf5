import type { StatementLine } from '@wattmesh/portal/views';

/** The lines of one interval, in the order they were booked. */
export interface IntervalLines {
  readonly intervalStart: string;
  readonly lines: readonly StatementLine[];
  /** Sum of the lines, positive a debit. */
  readonly amountMicro: number;
  /** How far the interval's roots are on chain: as far as the one that is least. */
  readonly finality: 'none' | 'soft' | 'final';
}

/** Lines by interval, the newest interval first. */
export function groupByInterval(lines: readonly StatementLine[]): IntervalLines[] {
  const groups = [...Map.groupBy(lines, (line) => line.intervalStart)].map(([intervalStart, own]) => ({
    intervalStart,
    lines: [...own].sort((a, b) => (a.bookedAt < b.bookedAt ? -1 : a.bookedAt > b.bookedAt ? 1 : 0)),
    amountMicro: own.reduce((sum, line) => sum + line.amountMicro, 0),
    finality: leastFinal(own),
  }));
  return groups.sort((a, b) => Date.parse(b.intervalStart) - Date.parse(a.intervalStart));
}

function leastFinal(lines: readonly StatementLine[]): IntervalLines['finality'] {
  if (lines.some((line) => line.finality === undefined)) return 'none';
  return lines.every((line) => line.finality === 'final') ? 'final' : 'soft';
}
