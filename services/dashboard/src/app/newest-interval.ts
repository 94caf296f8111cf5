import type { StatementLine } from '@wattmesh/portal/views';

/** The newest interval that has lines, and what they come to, positive a debit. */
export function newestInterval(
  lines: readonly Pick<StatementLine, 'intervalStart' | 'amountMicro'>[],
): { intervalStart: string; amountMicro: number } | undefined {
  const newest = lines.reduce<string | undefined>(
    (latest, { intervalStart }) =>
      latest === undefined || Date.parse(intervalStart) > Date.parse(latest) ? intervalStart : latest,
    undefined,
  );
  if (newest === undefined) return undefined;
  const own = lines.filter((line) => line.intervalStart === newest);
  return { intervalStart: newest, amountMicro: own.reduce((sum, line) => sum + line.amountMicro, 0) };
}
