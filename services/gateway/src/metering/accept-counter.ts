/** One reading of one raw energy counter. */
export interface RawCount {
  readonly atMs: number;
  readonly rawWh: number;
}

/** What is known of one counter; plain data, so that it survives a restart. */
export interface CounterState {
  /** Times the register has wrapped or been reset: (epoch, value) never falls. */
  readonly epoch: number;
  /** Added to the raw value to continue over wraps and resets. */
  readonly offsetWh: number;
  readonly lastRawWh: number;
  /** When the raw value last changed. */
  readonly changedAtMs: number;
  /** Readings that contradict the counter and agree with each other, while it is held. */
  readonly rival?: {
    readonly firstWh: number;
    readonly lastWh: number;
    readonly atMs: number;
    readonly readings: number;
  };
}

export interface CounterLimits {
  /** Largest power that can pass the counter. */
  readonly maxPowerW: number;
  /** Step of the register. */
  readonly resolutionWh: number;
  /** Value at which the register starts again from zero; absent where it never does. */
  readonly modulusWh?: number;
}

export type CounterVerdict =
  | { readonly state: CounterState; readonly verdict: 'accepted' | 'wrapped' | 'replaced'; readonly valueWh: number }
  | { readonly state: CounterState; readonly verdict: 'held' };

/** Readings that must agree before a contradiction is believed to be a new counter. */
const RIVAL_READINGS = 3;
const MARGIN = 1.1;

/**
 * Continues an energy counter over wraps and resets (rule C5).
 *
 * A step is accepted where 0 <= delta <= maximum power x elapsed x 1.1 (+ one register step), elapsed counted from the last
 * change of the value. A fall whose distance over the modulus is that small is a wrap. Anything else holds the counter:
 * it keeps its last value until the contradicting readings have agreed `RIVAL_READINGS` times with each other, then
 * they are a new epoch (reset or swap) that continues from the held value plus what the new counter has counted since it
 * appeared. A drop to zero that returns to the lifetime total thus changes nothing. Energy in Wh, time in ms.
 *
 * Example: at 4_294_967_290 Wh, 5 s later 4 Wh, modulus 2^32: `wrapped`, 10 Wh further.
 */
export function acceptCounter(state: CounterState | undefined, count: RawCount, limits: CounterLimits): CounterVerdict {
  if (state === undefined) {
    const first: CounterState = { epoch: 0, offsetWh: 0, lastRawWh: count.rawWh, changedAtMs: count.atMs };
    return { state: first, verdict: 'accepted', valueWh: count.rawWh };
  }
  const boundWh = plausibleWh(count.atMs - state.changedAtMs, limits);
  const deltaWh = count.rawWh - state.lastRawWh;
  if (deltaWh >= 0 && deltaWh <= boundWh) return moved(state, count, { offsetWh: state.offsetWh, verdict: 'accepted' });
  const { modulusWh } = limits;
  if (modulusWh !== undefined && deltaWh < 0 && deltaWh + modulusWh <= boundWh) {
    return moved(state, count, { offsetWh: state.offsetWh + modulusWh, verdict: 'wrapped' });
  }
  return contradicted(state, count, limits);
}

/** Continued value of a counter. */
export function counterValueWh(state: CounterState): number {
  return state.offsetWh + state.lastRawWh;
}

function plausibleWh(elapsedMs: number, limits: CounterLimits): number {
  return (limits.maxPowerW * Math.max(0, elapsedMs) * MARGIN) / 3_600_000 + limits.resolutionWh;
}

function moved(
  state: CounterState,
  count: RawCount,
  move: { offsetWh: number; verdict: 'accepted' | 'wrapped' | 'replaced' },
): CounterVerdict {
  const isChanged = count.rawWh !== state.lastRawWh || move.verdict !== 'accepted';
  const next: CounterState = {
    epoch: state.epoch + (move.verdict === 'accepted' ? 0 : 1),
    offsetWh: move.offsetWh,
    lastRawWh: count.rawWh,
    changedAtMs: isChanged ? count.atMs : state.changedAtMs,
  };
  return { state: next, verdict: move.verdict, valueWh: counterValueWh(next) };
}

function contradicted(state: CounterState, count: RawCount, limits: CounterLimits): CounterVerdict {
  const { rival } = state;
  const stepWh = rival === undefined ? undefined : count.rawWh - rival.lastWh;
  const isAgreeing =
    rival !== undefined &&
    stepWh !== undefined &&
    stepWh >= 0 &&
    stepWh <= plausibleWh(count.atMs - rival.atMs, limits);
  if (!isAgreeing) {
    const first = { firstWh: count.rawWh, lastWh: count.rawWh, atMs: count.atMs, readings: 1 };
    return { state: { ...state, rival: first }, verdict: 'held' };
  }
  const readings = rival.readings + 1;
  if (readings < RIVAL_READINGS) {
    return {
      state: { ...state, rival: { ...rival, lastWh: count.rawWh, atMs: count.atMs, readings } },
      verdict: 'held',
    };
  }
  // A counter that starts near zero counted its first value itself; a swapped one brings a foreign total.
  const isReset = rival.firstWh <= plausibleWh(count.atMs - state.changedAtMs, limits);
  const countedWh = count.rawWh - (isReset ? 0 : rival.firstWh);
  return moved(state, count, { offsetWh: counterValueWh(state) + countedWh - count.rawWh, verdict: 'replaced' });
}
