import { GAP_MS, VIEWS_BY_TOPIC, type ViewName } from './views-by-topic.ts';

/**
 * What one event stream makes of a page: whether it is connected, which views it made old, and what time it is in the
 * community. Pure: wall time comes in with each act, in ms of one monotonic clock.
 */
export type StreamPhase = 'connecting' | 'connected' | 'reconnecting' | 'stale';

export type CommunityClock = { asOfMs: number; wallMs: number; speed: number };

export type StreamState = {
  phase: StreamPhase;
  /** Last position seen, to resume behind it. */
  position: string | undefined;
  clock: CommunityClock | undefined;
  lastFrameMs: number;
  dirty: ReadonlySet<ViewName>;
  refreshedMs: Readonly<Partial<Record<ViewName, number>>>;
};

export type StreamAct =
  | { kind: 'opened'; wallMs: number }
  | { kind: 'hello'; wallMs: number; position: string; asOfMs: number; speed: number }
  | { kind: 'frame'; wallMs: number; position: string; topic: string }
  | { kind: 'failed'; wallMs: number }
  | { kind: 'tick'; wallMs: number }
  | { kind: 'clock'; wallMs: number; asOfMs: number; speed: number };

/** Silence after which a connection is no longer believed; the portal's comments each 10 s do not reach a page. */
export const SILENCE_MS = 20_000;

export function initialStream(wallMs: number): StreamState {
  return {
    phase: 'connecting',
    position: undefined,
    clock: undefined,
    lastFrameMs: wallMs,
    dirty: new Set(),
    refreshedMs: {},
  };
}

export function reduceStream(state: StreamState, act: StreamAct): StreamState {
  switch (act.kind) {
    case 'opened':
      return { ...state, phase: 'connected', lastFrameMs: act.wallMs };
    case 'hello':
      return onHello(state, act);
    case 'frame':
      return onFrame(state, act);
    case 'failed':
      return state.phase === 'connecting' ? state : { ...state, phase: 'reconnecting' };
    case 'tick':
      return state.phase === 'connected' && act.wallMs - state.lastFrameMs > SILENCE_MS
        ? { ...state, phase: 'stale' }
        : state;
    default:
      return { ...state, clock: { asOfMs: act.asOfMs, wallMs: act.wallMs, speed: state.clock?.speed ?? act.speed } };
  }
}

function onHello(state: StreamState, hello: Extract<StreamAct, { kind: 'hello' }>): StreamState {
  const isResumed = state.position !== undefined;
  return {
    ...state,
    phase: 'connected',
    position: state.position ?? hello.position,
    lastFrameMs: hello.wallMs,
    clock: { asOfMs: hello.asOfMs, wallMs: hello.wallMs, speed: hello.speed },
    // What was shown before a gap may be old in any part.
    dirty: isResumed ? new Set(Object.keys(GAP_MS) as ViewName[]) : state.dirty,
  };
}

function onFrame(state: StreamState, frame: Extract<StreamAct, { kind: 'frame' }>): StreamState {
  const touched = VIEWS_BY_TOPIC[frame.topic] ?? [];
  const isNew = touched.some((view) => !state.dirty.has(view));
  return {
    ...state,
    phase: 'connected',
    position: frame.position === '' ? state.position : frame.position,
    lastFrameMs: frame.wallMs,
    dirty: isNew ? new Set([...state.dirty, ...touched]) : state.dirty,
  };
}

/** Views that are old and whose gap is over: to be refreshed now. */
export function takeDue(state: StreamState, wallMs: number): { state: StreamState; due: ViewName[] } {
  const due = [...state.dirty].filter((view) => wallMs - (state.refreshedMs[view] ?? -Infinity) >= GAP_MS[view]);
  if (due.length === 0) return { state, due };
  const refreshedMs = { ...state.refreshedMs, ...Object.fromEntries(due.map((view) => [view, wallMs])) };
  return {
    state: { ...state, dirty: new Set([...state.dirty].filter((view) => !due.includes(view))), refreshedMs },
    due,
  };
}

/** Time in the community at a wall instant, in ms since 1970. */
export function communityNowMs(clock: CommunityClock | undefined, wallMs: number): number | undefined {
  return clock === undefined ? undefined : clock.asOfMs + (wallMs - clock.wallMs) * clock.speed;
}
