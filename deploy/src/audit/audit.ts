import { checkAuthority } from './check-authority.ts';
import { checkCaps } from './check-caps.ts';
import { checkCommits } from './check-commits.ts';
import { checkCorrections } from './check-corrections.ts';
import { checkCounters } from './check-counters.ts';
import { checkExecutions } from './check-executions.ts';
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
    ...checkCounters(history),
    ...checkOnce(history),
    ...checkCommits(history, chain),
    ...checkExecutions(history, chain),
    ...checkAuthority(history),
    ...checkCaps(history, chain),
    ...checkSolvency(chain),
    ...checkCorrections(history),
  ];
}
