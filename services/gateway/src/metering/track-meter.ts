import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { acceptCounter, type CounterLimits, type CounterState } from './accept-counter.ts';
import { boundariesBetween, type BoundaryValue, type CounterPair } from './boundaries-between.ts';
import { worstQuality } from './worst-quality.ts';

/** What is known of a meter; plain data, so that it survives a restart. */
export interface MeterState {
  readonly import: CounterState;
  readonly export: CounterState;
  /** Newest accepted pair of continued counters. */
  readonly last: CounterPair;
  /** True while readings contradict the counters. */
  readonly isHeld: boolean;
  /** Newest boundary value, shared by the interval it ends and the one it starts. */
  readonly boundary?: BoundaryValue;
}

/** One reading of a meter's two raw counters. */
export interface MeterReading {
  readonly atMs: number;
  readonly importWh: number;
  readonly exportWh: number;
  readonly powerW?: number;
}

export interface MeterStep {
  readonly state: MeterState;
  /** Boundary values newly known, oldest first. */
  readonly boundaries: readonly BoundaryValue[];
  readonly verdict: 'accepted' | 'wrapped' | 'replaced' | 'held' | 'stale';
}

/**
 * Follows one meter from reading to reading: counters by rule C5, boundary values by interpolation.
 *
 * A held reading moves nothing; the boundaries it hides are interpolated (`estimated`) when the counters are believed again.
 * A replaced counter makes its boundaries `estimated`. A reading not newer than the last accepted one is `stale` and ignored.
 * `tightMs`: readings at most this far apart give `measured` boundaries.
 */
export function trackMeter(
  state: MeterState | undefined,
  reading: MeterReading,
  limits: CounterLimits & { tightMs: number },
): MeterStep {
  if (state !== undefined && reading.atMs <= state.last.atMs) return { state, boundaries: [], verdict: 'stale' };
  const imported = acceptCounter(state?.import, { atMs: reading.atMs, rawWh: reading.importWh }, limits);
  const exported = acceptCounter(state?.export, { atMs: reading.atMs, rawWh: reading.exportWh }, limits);
  if (imported.verdict === 'held' || exported.verdict === 'held') {
    if (state === undefined) throw new RangeError('a first reading cannot be held');
    // A counter accepted beside a held one moves with it later: both belong to one reading.
    const keep = (side: 'import' | 'export', next: CounterState): CounterState =>
      next.rival === undefined ? state[side] : { ...state[side], rival: next.rival };
    const held = {
      ...state,
      isHeld: true,
      import: keep('import', imported.state),
      export: keep('export', exported.state),
    };
    return { state: held, boundaries: [], verdict: 'held' };
  }
  const { atMs, powerW } = reading;
  const last: CounterPair = {
    atMs,
    importWh: imported.valueWh,
    exportWh: exported.valueWh,
    ...(powerW !== undefined && { powerW }),
  };
  const isReplaced = imported.verdict === 'replaced' || exported.verdict === 'replaced';
  const isWrapped = imported.verdict === 'wrapped' || exported.verdict === 'wrapped';
  const found = state === undefined ? firstBoundary(last) : boundariesBetween(state.last, last, limits.tightMs);
  const boundaries = isReplaced
    ? found.map((value) => ({ ...value, quality: worstQuality(value.quality, 'estimated') }))
    : found;
  const boundary = boundaries.at(-1) ?? state?.boundary;
  const next = { import: imported.state, export: exported.state, last, isHeld: false, ...(boundary && { boundary }) };
  return { state: next, boundaries, verdict: isReplaced ? 'replaced' : isWrapped ? 'wrapped' : 'accepted' };
}

function firstBoundary(pair: CounterPair): BoundaryValue[] {
  if (pair.atMs % INTERVAL_MS !== 0) return [];
  const whole = { importWh: Math.floor(pair.importWh), exportWh: Math.floor(pair.exportWh) };
  return [{ atMs: pair.atMs, ...whole, quality: 'measured' }];
}
