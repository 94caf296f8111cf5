/** How a device answers; plain data. */
export interface BreakerState {
  /** Consecutive failures. */
  readonly failures: number;
  /** Not before this instant is the device asked again; 0 while the breaker is closed. */
  readonly openUntilMs: number;
}

export const CLOSED: BreakerState = { failures: 0, openUntilMs: 0 };
/** Consecutive failures that open the breaker. */
export const OPEN_AFTER = 3;
const FIRST_WAIT_S = 2;
const MAX_WAIT_S = 300;

/**
 * Circuit breaker of one device: opens after 3 consecutive failures, then waits 2 s x 2^n, at most 300 s, plus up to a quarter
 * of jitter, and lets one attempt through (rule C20). A success closes it.
 *
 * `effectiveS` maps a period of the field to one that the clock's speed can keep; `jitter` is 0 to 1, from a seed.
 * Example: the third failure at t opens it until t + 2 s (+ jitter), the fourth doubles the wait.
 */
export function advanceBreaker(
  state: BreakerState,
  outcome: 'success' | 'failure',
  about: { nowMs: number; jitter: number; effectiveS: (periodS: number) => number },
): BreakerState {
  if (outcome === 'success') return CLOSED;
  const failures = state.failures + 1;
  if (failures < OPEN_AFTER) return { failures, openUntilMs: 0 };
  const waitS = Math.min(about.effectiveS(FIRST_WAIT_S) * 2 ** (failures - OPEN_AFTER), about.effectiveS(MAX_WAIT_S));
  return { failures, openUntilMs: about.nowMs + waitS * (1 + about.jitter / 4) * 1000 };
}

/** A number from 0 to 1 that follows from a text: FNV-1a, so that many devices do not retry together and a run repeats itself. */
export function jitterOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) / 0x1_0000_0000;
}
