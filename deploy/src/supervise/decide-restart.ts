/**
 * When to start a process again that ended: at once the first time, then after pauses that double from 0.2 s to 5 s, until it
 * has lived for 30 s. Ten quick endings in a row by its own doing mean that it cannot run at all. One that was killed, or that the
 * machine gives no room to live, did nothing wrong: it is started again however often that happens.
 *
 * Pure. Example: three quick endings pause 200, 400 and 800 ms.
 */
export interface Pace {
  /** Quick endings in a row. */
  readonly quick: number;
  /** Those of them that were its own doing. */
  readonly own: number;
}

export interface Ending {
  readonly livedMs: number;
  /** Killed, or without room to live. */
  readonly isExcused: boolean;
}

export type Decision = { readonly restartAfterMs: number; readonly pace: Pace } | { readonly givesUp: true };

export const AT_EASE: Pace = { quick: 0, own: 0 };

const SETTLED_AFTER_MS = 30_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
const MOST_OWN_ENDINGS = 10;

export function decideRestart(pace: Pace, { livedMs, isExcused }: Ending): Decision {
  const before = livedMs >= SETTLED_AFTER_MS ? AT_EASE : pace;
  const next = { quick: before.quick + 1, own: before.own + (isExcused ? 0 : 1) };
  if (next.own >= MOST_OWN_ENDINGS) return { givesUp: true };
  return { restartAfterMs: Math.min(FIRST_PAUSE_MS * 2 ** (next.quick - 1), LONGEST_PAUSE_MS), pace: next };
}
