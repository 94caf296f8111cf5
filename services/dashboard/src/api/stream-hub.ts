import {
  communityNowMs,
  initialStream,
  reduceStream,
  takeDue,
  type StreamAct,
  type StreamPhase,
  type StreamState,
} from './stream-reducer.ts';
import { VIEWS_BY_TOPIC, type ViewName } from './views-by-topic.ts';

export type StreamView = { phase: StreamPhase; speed: number | undefined };

type Hooks = {
  open: (url: string) => EventSource;
  refresh: (views: readonly ViewName[]) => void;
  wallMs: () => number;
};

const FLUSH_MS = 250;
const TICK_MS = 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * The page's one event stream. It resumes where it was, opens anew what the browser gave up or what fell silent, and tells
 * the page's queries which views are old, each at most as often as its gap allows and none while the page is hidden.
 */
export class StreamHub {
  private state: StreamState;
  private shown: StreamView = { phase: 'connecting', speed: undefined };
  private nowMs: number | undefined;
  private source: EventSource | undefined;
  private communityId: string | undefined;
  private pauseMs = FIRST_PAUSE_MS;
  private readonly timers = new Set<ReturnType<typeof setInterval>>();
  private reopening: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly tickListeners = new Set<() => void>();

  constructor(private readonly hooks: Hooks) {
    this.state = initialStream(hooks.wallMs());
  }

  /** Follows a community; answers how to let go. */
  follow(communityId: string): () => void {
    this.stop();
    this.state = initialStream(this.hooks.wallMs());
    this.communityId = communityId;
    this.connect();
    this.timers.add(setInterval(() => this.flush(), FLUSH_MS));
    this.timers.add(setInterval(() => this.tick(), TICK_MS));
    return () => {
      if (this.communityId === communityId) this.stop();
    };
  }

  /** A view said what time it is in the community; its speed counts until the stream says one. */
  readonly sync = (asOf: string, speed: number): void => {
    this.apply({ kind: 'clock', wallMs: this.hooks.wallMs(), asOfMs: Date.parse(asOf), speed });
    if (this.nowMs === undefined) this.tick();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): StreamView => this.shown;

  readonly subscribeTick = (listener: () => void): (() => void) => {
    this.tickListeners.add(listener);
    return () => this.tickListeners.delete(listener);
  };

  /** Time in the community, moved once a second. */
  readonly snapshotNowMs = (): number | undefined => this.nowMs;

  private connect(): void {
    const after = this.state.position;
    const query = new URLSearchParams({
      communityId: this.communityId ?? '',
      ...(after === undefined ? {} : { after }),
    });
    const source = this.hooks.open(`/api/v1/stream?${query.toString()}`);
    this.source = source;
    const wallMs = this.hooks.wallMs;
    source.addEventListener('open', () => this.apply({ kind: 'opened', wallMs: wallMs() }));
    source.addEventListener('error', () => this.onError(source));
    source.addEventListener('hello', (event: MessageEvent<string>) => this.onHello(event));
    for (const topic of Object.keys(VIEWS_BY_TOPIC))
      source.addEventListener(topic, (event: MessageEvent<string>) =>
        this.apply({ kind: 'frame', wallMs: wallMs(), position: event.lastEventId, topic }),
      );
  }

  private onHello(event: MessageEvent<string>): void {
    const hello = JSON.parse(event.data) as { asOf: string; position: string | number; speed: number };
    this.pauseMs = FIRST_PAUSE_MS;
    this.apply({
      kind: 'hello',
      wallMs: this.hooks.wallMs(),
      position: String(hello.position),
      asOfMs: Date.parse(hello.asOf),
      speed: hello.speed,
    });
    this.tick();
  }

  private onError(source: EventSource): void {
    this.apply({ kind: 'failed', wallMs: this.hooks.wallMs() });
    // The browser tries again by itself except after an HTTP error.
    if (source.readyState === 2) this.reopen();
  }

  private reopen(): void {
    this.source?.close();
    clearTimeout(this.reopening);
    this.reopening = setTimeout(() => this.connect(), this.pauseMs);
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2);
  }

  private tick(): void {
    const before = this.state.phase;
    this.apply({ kind: 'tick', wallMs: this.hooks.wallMs() });
    if (before === 'connected' && this.state.phase === 'stale') this.reopen();
    this.nowMs = communityNowMs(this.state.clock, this.hooks.wallMs());
    for (const tell of this.tickListeners) tell();
  }

  private flush(): void {
    if (document.hidden) return;
    const { state, due } = takeDue(this.state, this.hooks.wallMs());
    this.state = state;
    if (due.length > 0) this.hooks.refresh(due);
  }

  private apply(act: StreamAct): void {
    this.state = reduceStream(this.state, act);
    const { phase, clock } = this.state;
    if (phase === this.shown.phase && clock?.speed === this.shown.speed) return;
    this.shown = { phase, speed: clock?.speed };
    for (const tell of this.listeners) tell();
  }

  private stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.timers.clear();
    clearTimeout(this.reopening);
    this.source?.close();
    this.source = undefined;
    this.communityId = undefined;
  }
}
