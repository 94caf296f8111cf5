import { z } from 'zod';
import type { ClockErrorHandler } from './abstract-clock.ts';
import { HeldClock } from './held-clock.ts';
import { ScaledClock } from './scaled-clock.ts';

/** Three numbers, and whether the clock waits for its release. */
const FORM = /^(\d[\d.]*(?:e[+-]?\d+)?),(\d[\d.]*(?:e[+-]?\d+)?),(\d[\d.]*(?:e[+-]?\d+)?)(,held)?$/;

/**
 * How simulated time follows the wall, as WATTMESH_CLOCK says it: it was `simMs` at `wallMs`, and `speed` simulated seconds
 * pass per second. A held one passes at wall speed until it is released.
 *
 * @example ClockSetting.parse('1700000000000,1500000000000,60,held')
 */
export const ClockSetting = z.string().transform((text, context) => {
  const [, wall, sim, pace, held] = FORM.exec(text) ?? [];
  const [wallMs, simMs, speed] = [Number(wall), Number(sim), Number(pace)];
  const refuse = (message: string) => {
    context.issues.push({ code: 'custom', input: text, message });
    return z.NEVER;
  };
  if (![wallMs, simMs, speed].every(Number.isFinite))
    return refuse('give wallMs,simMs,speed or wallMs,simMs,speed,held');
  if (speed <= 0) return refuse('the speed must be positive');
  return { wallMs, simMs, speed, isHeld: held !== undefined };
});
export type ClockSetting = z.output<typeof ClockSetting>;

/** Reads the text of a clock setting. Throws a RangeError with one line that says what to give. */
export function parseClockSetting(text: string): ClockSetting {
  const parsed = ClockSetting.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new RangeError(
    `clock ${JSON.stringify(text)}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`,
  );
}

/** The text of a clock setting: `parseClockSetting` the other way. */
export function formatClockSetting({ wallMs, simMs, speed, isHeld }: ClockSetting): string {
  return `${wallMs},${simMs},${speed}${isHeld ? ',held' : ''}`;
}

/** The clock of a setting. */
export function clockOf(setting: ClockSetting, options: { onError?: ClockErrorHandler } = {}): ScaledClock | HeldClock {
  return setting.isHeld ? new HeldClock({ ...setting, ...options }) : new ScaledClock({ ...setting, ...options });
}
