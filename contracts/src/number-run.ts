/**
 * Number of a settlement run on chain: preliminary 0, final 1, correction-n is 1 + n.
 *
 * @example runNumber('correction-2') // 3
 */
export function runNumber(run: string): number {
  if (run === 'preliminary') return 0;
  if (run === 'final') return 1;
  const correction = /^correction-([1-9]\d*)$/.exec(run)?.[1];
  const number = 1 + Number(correction);
  if (correction === undefined || number > 65_535) throw new RangeError(`not a settlement run: ${run}`);
  return number;
}

/** Run of a number on chain: the inverse of `runNumber`. */
export function runOfNumber(number: number): string {
  if (number === 0) return 'preliminary';
  return number === 1 ? 'final' : `correction-${number - 1}`;
}
