export const RANGES = ['day', 'week', 'month', 'year'] as const;
export type Range = (typeof RANGES)[number];
export const STEPS = ['interval', 'hour', 'day'] as const;
export type Step = (typeof STEPS)[number];

/** What of the timeline is shown: how far back, how fine, whose. */
export type TimelineChoice = { range: Range; step: Step; siteId: string | undefined };

export const STEP_OF_RANGE: Readonly<Record<Range, Step>> = {
  day: 'interval',
  week: 'interval',
  month: 'hour',
  year: 'day',
};

const HOUR_MS = 3_600_000;
/** How far the span's ends move at a time: a long picture is not asked for anew every few minutes. */
const EDGE_H: Readonly<Record<Range, number>> = { day: 0.25, week: 1, month: 6, year: 24 };
const BACK_H: Readonly<Record<Range, number>> = { day: 24, week: 168, month: 744, year: 8784 };
const AHEAD_H: Readonly<Record<Range, number>> = { day: 24, week: 24, month: 24, year: 0 };

/** The span around now. */
export function spanOf(choice: TimelineChoice, nowMs: number): { from: string; to: string } {
  const unitMs = EDGE_H[choice.range] * HOUR_MS;
  const edgeMs = Math.floor(nowMs / unitMs) * unitMs;
  return {
    from: new Date(edgeMs - BACK_H[choice.range] * HOUR_MS).toISOString(),
    to: new Date(edgeMs + unitMs + AHEAD_H[choice.range] * HOUR_MS).toISOString(),
  };
}
