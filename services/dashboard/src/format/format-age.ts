import { decimal } from './format-power.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** A span in the largest fitting unit: `45 s`, `12 min`, `3 h`, `2 d`. A negative span (clocks apart) counts as `0 s`. */
export function formatSpan(seconds: number, language: string): string {
  const spanS = Math.max(0, Math.floor(seconds));
  const [value, unit]: [number, string] =
    spanS < 2 * MINUTE_S
      ? [spanS, 's']
      : spanS < 2 * HOUR_S
        ? [Math.floor(spanS / MINUTE_S), 'min']
        : spanS < 2 * DAY_S
          ? [Math.floor(spanS / HOUR_S), 'h']
          : [Math.floor(spanS / DAY_S), 'd'];
  return `${decimal(value, 0, language)} ${unit}`;
}
