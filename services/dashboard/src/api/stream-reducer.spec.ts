import * as events from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import {
  SILENCE_MS,
  communityNowMs,
  initialStream,
  reduceStream,
  takeDue,
  type StreamAct,
  type StreamState,
} from './stream-reducer.ts';
import { GAP_MS, VIEWS_BY_TOPIC } from './views-by-topic.ts';

const READING = 'gateway.reading-taken.v1';
const hello = (wallMs: number, position = '7'): StreamAct => ({
  kind: 'hello',
  wallMs,
  position,
  asOfMs: 1_000_000,
  speed: 60,
});
const frame = (wallMs: number, position: string, topic = READING): StreamAct => ({
  kind: 'frame',
  wallMs,
  position,
  topic,
});
const after = (...acts: StreamAct[]): StreamState => acts.reduce(reduceStream, initialStream(0));

describe('the stream of a page', () => {
  it('knows every topic of the system', () => {
    const topics = Object.values(events).flatMap((event) =>
      typeof event === 'object' && event !== null && 'topic' in event ? [event.topic] : [],
    );
    expect(Object.keys(VIEWS_BY_TOPIC).toSorted()).toEqual(topics.toSorted());
  });

  it('is connected by a hello, reconnecting by an error, and connected again by the next frame', () => {
    expect(after().phase).toBe('connecting');
    expect(after({ kind: 'failed', wallMs: 1 }).phase).toBe('connecting');
    expect(after(hello(1)).phase).toBe('connected');
    expect(after(hello(1), { kind: 'failed', wallMs: 2 }).phase).toBe('reconnecting');
    expect(after(hello(1), { kind: 'failed', wallMs: 2 }, frame(3, '8')).phase).toBe('connected');
  });

  it('says that it is stale once nothing came for too long', () => {
    expect(after(hello(0), { kind: 'tick', wallMs: SILENCE_MS }).phase).toBe('connected');
    expect(after(hello(0), { kind: 'tick', wallMs: SILENCE_MS + 1 }).phase).toBe('stale');
  });

  it('remembers the last position, to resume behind it', () => {
    expect(after(hello(0, '7')).position).toBe('7');
    expect(after(hello(0, '7'), frame(1, '9'), frame(2, '')).position).toBe('9');
    expect(after(hello(0, '7'), frame(1, '9'), { kind: 'failed', wallMs: 2 }, hello(3, '40')).position).toBe('9');
  });

  it('takes every view for old after a gap, and none at the first hello', () => {
    expect(after(hello(0)).dirty.size).toBe(0);
    expect(after(hello(0), { kind: 'failed', wallMs: 2 }, hello(3)).dirty.size).toBe(Object.keys(GAP_MS).length);
  });

  it('refreshes a view at most as often as its gap allows, however many events come', () => {
    let state = after(hello(0));
    let refreshes = 0;
    for (let wallMs = 0; wallMs < 10_000; wallMs += 10) {
      state = reduceStream(state, frame(wallMs, String(wallMs)));
      const taken = takeDue(state, wallMs);
      state = taken.state;
      refreshes += taken.due.length;
    }
    expect(refreshes).toBe(10_000 / GAP_MS.now);
    expect(Math.min(...Object.values(GAP_MS))).toBeGreaterThanOrEqual(250);
  });

  it('loses no event that came within a gap', () => {
    const first = takeDue(after(hello(0), frame(1, '8')), 1);
    expect(first.due).toEqual(['now']);
    const early = takeDue(reduceStream(first.state, frame(2, '9')), 2);
    expect(early.due).toEqual([]);
    expect(takeDue(early.state, 1 + GAP_MS.now).due).toEqual(['now']);
  });

  it('does not grow with a stream that nobody refreshes from', () => {
    let state = after(hello(0));
    for (let count = 0; count < 1000; count++) state = reduceStream(state, frame(count, String(count), 'unknown.v1'));
    for (let count = 0; count < 1000; count++) state = reduceStream(state, frame(count, String(count)));
    expect(state.dirty.size).toBe(1);
  });

  it('keeps the time of the community by its speed', () => {
    const state = after(hello(500));
    expect(communityNowMs(state.clock, 1500)).toBe(1_060_000);
    const synced = reduceStream(state, { kind: 'clock', wallMs: 2000, asOfMs: 1_100_000, speed: 1 });
    expect(communityNowMs(synced.clock, 3000)).toBe(1_160_000);
    expect(communityNowMs(undefined, 3000)).toBeUndefined();
  });
});
