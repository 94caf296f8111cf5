import { IntervalMetered, ReadingTaken } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { EventRing } from './event-ring.ts';
import { frameOf, placeOf, thinReadings, type StreamEvent } from './stream-event.ts';

const anEvent = (position: number, change: Partial<StreamEvent> = {}): StreamEvent => ({
  position,
  topic: ReadingTaken.topic,
  key: 'meter',
  payload: '{}',
  archivedMs: 0,
  ...change,
});
const positions = (events: readonly StreamEvent[] | undefined): number[] | undefined =>
  events?.map(({ position }) => position);

describe('the ring of newest events', () => {
  it('gives what follows a position, and nothing where a gap would be', () => {
    const ring = new EventRing(10, { events: 3, characters: 1000 });
    expect(positions(ring.after(10, 9))).toEqual([]);
    expect(ring.after(9, 9)).toBeUndefined();
    ring.push([anEvent(11), anEvent(13)]);
    expect(positions(ring.after(10, 9))).toEqual([11, 13]);
    expect(positions(ring.after(11, 9))).toEqual([13]);
    ring.push([anEvent(14), anEvent(15)]);
    expect(ring.after(10, 9)).toBeUndefined();
    expect(positions(ring.after(11, 2))).toEqual([13, 14]);
    expect(ring.head).toBe(15);
  });

  it('holds no more characters than it may, even of one event', () => {
    const ring = new EventRing(0, { events: 100, characters: 10 });
    ring.push([anEvent(1, { payload: 'x'.repeat(8) }), anEvent(2, { payload: 'x'.repeat(8) })]);
    expect(positions(ring.after(1, 9))).toEqual([2]);
    ring.push([anEvent(3, { payload: 'x'.repeat(11) })]);
    expect([ring.head, ring.after(2, 9)]).toEqual([3, undefined]);
  });
});

describe('thinned readings', () => {
  it('are the newest of each device and second; all else stays, in its order', () => {
    const metering = anEvent(3, { topic: IntervalMetered.topic });
    const events = [
      anEvent(1, { archivedMs: 100 }),
      anEvent(2, { archivedMs: 100, key: 'other' }),
      metering,
      anEvent(4, { archivedMs: 900 }),
      anEvent(5, { archivedMs: 1100 }),
      { ...metering, position: 6 },
    ];
    expect(positions(thinReadings(events))).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('a frame', () => {
  it('is one line of data whatever the payload looks like', () => {
    expect(frameOf(anEvent(7, { payload: '{\n"a":1}' }))).toBe(
      `id: 7\nevent: ${ReadingTaken.topic}\ndata: { "a":1}\n\n`,
    );
    expect([placeOf('{"siteId":"a"}'), placeOf('no json'), placeOf('[1]')]).toEqual([{ siteId: 'a' }, {}, {}]);
  });
});
