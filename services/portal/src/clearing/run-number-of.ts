/**
 * Place of a run in the order of an interval's runs.
 *
 * @example ['preliminary', 'final', 'correction-1'].map(runNumberOf); // [0, 1, 2]
 */
export function runNumberOf(run: string): number {
  if (run === 'preliminary') return 0;
  return run === 'final' ? 1 : 1 + Number(run.slice('correction-'.length));
}
