import type { BatchView, StatementLine } from '@wattmesh/portal/views';

const INTERVAL_MS = 900_000;

/**
 * Half-open settlement period in ms that an instant belongs to. Periods follow each other without a gap; where an execution shows
 * one of their starts they are counted from it, else from 1970.
 */
export function periodAt(
  nowMs: number,
  settlementPeriodIntervals: number,
  batches: readonly Pick<BatchView, 'kind' | 'intervalStart'>[],
): { fromMs: number; toMs: number } {
  const lengthMs = settlementPeriodIntervals * INTERVAL_MS;
  const known = batches.find((batch) => batch.kind === 'execute');
  const firstMs = known === undefined ? 0 : Date.parse(known.intervalStart);
  const fromMs = firstMs + Math.floor((nowMs - firstMs) / lengthMs) * lengthMs;
  return { fromMs, toMs: fromMs + lengthMs };
}

/** Net debit that lines put into the lane: what counts against the cap; a net credit uses nothing of it. */
export function usedOfCap(lines: readonly Pick<StatementLine, 'onChain' | 'amountMicro'>[]): number {
  const netMicro = lines.filter((line) => line.onChain).reduce((sum, line) => sum + line.amountMicro, 0);
  return Math.max(0, netMicro);
}
