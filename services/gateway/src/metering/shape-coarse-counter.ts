/** A coarse counter's step, with the power integrated up to it. */
export interface CounterMark {
  readonly counterWh: number;
  readonly integralWh: number;
}

/** What is known of one direction of a coarse counter; plain data. */
export interface ShapeState {
  readonly atMs: number;
  readonly powerW: number;
  readonly integralWh: number;
  /** Steps of the counter, oldest first; the window is the shortest that holds at least `WINDOW_STEPS` steps. */
  readonly marks: readonly CounterMark[];
}

/** Steps the counter must have made before it corrects the power's scale. */
const WINDOW_STEPS = 50;
/**
 * Value of a coarse counter between its steps: power gives the shape, the counter the total.
 *
 * Method: power is integrated by the trapezoidal rule; counter over integral across the shortest window of at least 50 steps
 * is the meter's scale (1 until there are 50); the value is the counter at its last step plus the scaled integral since,
 * kept inside the step that has not been counted yet. So it never falls and never leaves the register by more than one step.
 * `powerW` is the power in the counter's direction, not negative. For registers coarser
 * than the settled unit of 1 Wh; `meterInterval` says where the result is `estimated`.
 *
 * Example: register 10_000 Wh in steps of 100 Wh, 600 W for 5 minutes since the step: 10_050 Wh.
 */
export function shapeCoarseCounter(
  state: ShapeState | undefined,
  reading: { atMs: number; powerW: number; counterWh: number },
  resolutionWh: number,
): { state: ShapeState; valueWh: number } {
  const { atMs, powerW, counterWh } = reading;
  if (state === undefined) {
    const first: ShapeState = { atMs, powerW, integralWh: 0, marks: [{ counterWh, integralWh: 0 }] };
    return { state: first, valueWh: counterWh };
  }
  const integralWh = state.integralWh + (((state.powerW + powerW) / 2) * (atMs - state.atMs)) / 3_600_000;
  const newest = state.marks.at(-1);
  const isStep = newest === undefined || counterWh !== newest.counterWh;
  const isFall = newest !== undefined && counterWh < newest.counterWh;
  const mark = { counterWh, integralWh };
  const marks = isFall ? [mark] : isStep ? shortestWindow([...state.marks, mark], resolutionWh) : state.marks;
  const since = integralWh - (marks.at(-1)?.integralWh ?? integralWh);
  const uncountedWh = Math.min(Math.max(0, since * scaleOf(marks, resolutionWh)), resolutionWh);
  return { state: { atMs, powerW, integralWh, marks }, valueWh: counterWh + uncountedWh };
}

function shortestWindow(marks: readonly CounterMark[], resolutionWh: number): readonly CounterMark[] {
  const newest = marks.at(-1);
  if (newest === undefined) return marks;
  const first = marks.findLastIndex((mark) => newest.counterWh - mark.counterWh >= WINDOW_STEPS * resolutionWh);
  return first > 0 ? marks.slice(first) : marks;
}

function scaleOf(marks: readonly CounterMark[], resolutionWh: number): number {
  const [oldest, newest] = [marks[0], marks.at(-1)];
  if (oldest === undefined || newest === undefined) return 1;
  const countedWh = newest.counterWh - oldest.counterWh;
  const integratedWh = newest.integralWh - oldest.integralWh;
  return countedWh >= WINDOW_STEPS * resolutionWh && integratedWh > 0 ? countedWh / integratedWh : 1;
}
