import type { Quality } from '@wattmesh/events';
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
  /** Energy that power says has flowed since either counter last moved. */
  readonly standstill?: { readonly atMs: number; readonly powerW: number; readonly flowedWh: number };
  /** Why the interval that runs will not be exact, though its ends may be. */
  readonly doubt?: Quality;
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
  readonly verdict: 'accepted' | 'wrapped' | 'replaced' | 'held' | 'frozen' | 'stale';
}

/** Energy, and steps of the register, that counters may have missed by the power before the meter counts as frozen. */
const FROZEN_WH = 10;
const FROZEN_STEPS = 3;
/** Below this share of its largest power a meter need not count. */
const STARTING_SHARE = 0.002;
const MARGIN = 1.1;
/** What says more of a reading comes first. */
const VERDICTS = ['replaced', 'wrapped', 'accepted'] as const;

/**
 * Follows one meter from reading to reading: counters by rule C5, boundary values by interpolation.
 *
 * A held reading moves nothing; the boundaries it hides are interpolated (`estimated`) when the counters are believed again.
 * So it is with a `frozen` meter, whose counters stand while its power says that they must have moved. A replaced counter makes
 * its boundaries `estimated`, or else the interval that runs: what flowed around the reset is not known. A jump of more than can have
 * passed since the last reading (a display that woke) makes that interval `suspect`: some of it flowed earlier.
 * A reading not newer than the last accepted one is `stale` and ignored.
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
    return { state: holdState(state, imported.state, exported.state), boundaries: [], verdict: 'held' };
  }
  const standstill = state && watchStandstill(state, reading, limits);
  if (state !== undefined && isFrozen(standstill, limits)) {
    const frozen = { ...state, isHeld: true, ...(standstill && { standstill }) };
    return { state: frozen, boundaries: [], verdict: 'frozen' };
  }
  const { atMs, powerW } = reading;
  const last: CounterPair = {
    atMs,
    importWh: imported.valueWh,
    exportWh: exported.valueWh,
    ...(powerW !== undefined && { powerW }),
  };
  const verdicts = [imported.verdict, exported.verdict];
  const verdict = VERDICTS.find((one) => verdicts.includes(one)) ?? 'accepted';
  const isOdd = state !== undefined && (isJump(state.last, last, limits) || hidABoundary(state, limits));
  const known = passBoundaries(state, last, {
    tightMs: limits.tightMs,
    doubt: verdict === 'replaced' ? 'estimated' : isOdd ? 'suspect' : undefined,
  });
  const boundary = known.boundaries.at(-1) ?? state?.boundary;
  const next: MeterState = {
    import: imported.state,
    export: exported.state,
    last,
    isHeld: false,
    ...(boundary && { boundary }),
    ...(standstill && { standstill }),
    ...(known.doubt && { doubt: known.doubt }),
  };
  return { state: next, boundaries: known.boundaries, verdict };
}

/** A counter accepted beside a held one moves with it later: both belong to one reading. */
function holdState(state: MeterState, imported: CounterState, exported: CounterState): MeterState {
  const keep = (side: 'import' | 'export', next: CounterState): CounterState =>
    next.rival === undefined ? state[side] : { ...state[side], rival: next.rival };
  return { ...state, isHeld: true, import: keep('import', imported), export: keep('export', exported) };
}

/** Boundary values between the last reading and this one, and the doubt about the interval that runs then. */
function passBoundaries(
  state: MeterState | undefined,
  last: CounterPair,
  about: { tightMs: number; doubt: Quality | undefined },
): { boundaries: BoundaryValue[]; doubt: Quality | undefined } {
  const found = state === undefined ? firstBoundary(last) : boundariesBetween(state.last, last, about.tightMs);
  if (found.length === 0) return { boundaries: [], doubt: worstOf(state?.doubt, about.doubt) };
  const boundaries = found.map((value, index): BoundaryValue => {
    const doubt = index === 0 ? state?.doubt : undefined;
    return { ...value, quality: worstQuality(value.quality, about.doubt ?? 'measured'), ...(doubt && { doubt }) };
  });
  return { boundaries, doubt: undefined };
}

const worstOf = (one: Quality | undefined, other: Quality | undefined): Quality | undefined =>
  one === undefined || other === undefined ? (one ?? other) : worstQuality(one, other);

/** The smaller of two powers is taken to have flowed between them: what is called frozen must be so. */
function watchStandstill(state: MeterState, reading: MeterReading, limits: CounterLimits): MeterState['standstill'] {
  const { atMs, powerW } = reading;
  if (powerW === undefined) return undefined;
  const hasMoved = reading.importWh !== state.import.lastRawWh || reading.exportWh !== state.export.lastRawWh;
  const before = state.standstill;
  if (hasMoved || before === undefined) return { atMs, powerW, flowedWh: 0 };
  const leastW = Math.min(Math.abs(before.powerW), Math.abs(powerW));
  const countedW = leastW > STARTING_SHARE * limits.maxPowerW ? leastW : 0;
  return { atMs, powerW, flowedWh: before.flowedWh + (countedW * (atMs - before.atMs)) / 3_600_000 };
}

const isFrozen = (standstill: MeterState['standstill'], limits: CounterLimits): boolean =>
  standstill !== undefined && standstill.flowedWh >= Math.max(FROZEN_WH, FROZEN_STEPS * limits.resolutionWh);

/** True where a meter was found to be frozen only after a boundary had been told with its still counters. */
function hidABoundary({ standstill, boundary, ...counters }: MeterState, limits: CounterLimits): boolean {
  const movedMs = Math.max(counters.import.changedAtMs, counters.export.changedAtMs);
  return isFrozen(standstill, limits) && boundary !== undefined && movedMs < boundary.atMs;
}

function isJump(before: CounterPair, after: CounterPair, limits: CounterLimits): boolean {
  const mostWh = (limits.maxPowerW * MARGIN * (after.atMs - before.atMs)) / 3_600_000 + 2 * limits.resolutionWh;
  return Math.max(after.importWh - before.importWh, after.exportWh - before.exportWh) > mostWh;
}

function firstBoundary(pair: CounterPair): BoundaryValue[] {
  if (pair.atMs % INTERVAL_MS !== 0) return [];
  const whole = { importWh: Math.floor(pair.importWh), exportWh: Math.floor(pair.exportWh) };
  return [{ atMs: pair.atMs, ...whole, quality: 'measured' }];
}
