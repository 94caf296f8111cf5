import { checkAuthority } from './check-authority.ts';
import { checkCorrections } from './check-corrections.ts';
import { checkOnce } from './check-once.ts';
import { checkSolvency } from './check-solvency.ts';
import { checkSums } from './check-sums.ts';
import type { ChainView } from './chain-view.ts';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

/** Recomputes M1 to M5 from the event log and the chain alone; an empty list means that every promise was kept. */
export function audit(history: History, chain: ChainView): Violation[] {
  return [
    ...checkSums(history),
    ...checkOnce(history, chain),
    ...checkAuthority(history),
    ...checkSolvency(chain),
    ...checkCorrections(history),
  ];
}
