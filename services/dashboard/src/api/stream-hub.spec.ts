import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StreamHub } from './stream-hub.ts';

/** Stands for the browser's EventSource; the test says what arrives. */
class FakeSource extends EventTarget {
  readyState = 1;
  constructor(readonly url: string) {
    super();
  }
  close(): void {
    this.readyState = 2;
  }
  hello(position: number): void {
    this.dispatchEvent(
      new MessageEvent('hello', { data: JSON.stringify({ asOf: '2024-06-21T12:00:00Z', position, speed: 60 }) }),
    );
  }
  reading(position: number): void {
    this.dispatchEvent(new MessageEvent('gateway.reading-taken.v1', { data: '{}', lastEventId: String(position) }));
  }
  fail(): void {
    this.readyState = 2;
    this.dispatchEvent(new Event('error'));
  }
}

describe('StreamHub', () => {
  let sources: FakeSource[] = [];
  let refreshed: string[] = [];
  let hub: StreamHub;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', { hidden: false });
    sources = [];
    refreshed = [];
    hub = new StreamHub({
      open: (url) => {
        const source = new FakeSource(url);
        sources.push(source);
        return source as unknown as EventSource;
      },
      refresh: (views) => refreshed.push(...views),
      wallMs: () => performance.now(),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('opens one stream for the community and closes it when nobody follows', () => {
    const letGo = hub.follow('hamlet');
    expect(sources.map((source) => source.url)).toEqual(['/api/v1/stream?communityId=hamlet']);
    letGo();
    expect(sources[0]?.readyState).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('resumes behind the last event when the browser gave up', () => {
    const letGo = hub.follow('hamlet');
    sources[0]?.hello(41);
    sources[0]?.reading(42);
    sources[0]?.fail();
    expect(hub.snapshot().phase).toBe('reconnecting');
    vi.advanceTimersByTime(1000);
    expect(sources[1]?.url).toBe('/api/v1/stream?communityId=hamlet&after=42');
    letGo();
  });

  it('opens anew what fell silent, and says so meanwhile', () => {
    const letGo = hub.follow('hamlet');
    sources[0]?.hello(41);
    vi.advanceTimersByTime(21_500);
    expect(hub.snapshot().phase).toBe('stale');
    vi.advanceTimersByTime(1000);
    expect(sources).toHaveLength(2);
    letGo();
  });

  it('tells its listeners of a change of state, never of each event', () => {
    const letGo = hub.follow('hamlet');
    let told = 0;
    hub.subscribe(() => told++);
    sources[0]?.hello(1);
    for (let position = 2; position < 500; position++) sources[0]?.reading(position);
    expect(told).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(refreshed).toEqual(['now']);
    letGo();
  });

  it('refreshes nothing while the page is hidden, and everything once it is seen again', () => {
    const letGo = hub.follow('hamlet');
    sources[0]?.hello(1);
    vi.stubGlobal('document', { hidden: true });
    sources[0]?.reading(2);
    vi.advanceTimersByTime(2000);
    expect(refreshed).toEqual([]);
    vi.stubGlobal('document', { hidden: false });
    vi.advanceTimersByTime(250);
    expect(refreshed).toEqual(['now']);
    letGo();
  });
});
