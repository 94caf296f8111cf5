import { describe, expect, it } from 'vitest';
import { StallWatch, type PlaceSeen } from './stall-watch.ts';

const place = (over: Partial<PlaceSeen> = {}): PlaceSeen => ({
  name: 'topic 3',
  next: 5,
  end: 9,
  handled: 5,
  isWaiting: false,
  ...over,
});

describe('the watch for partitions that stand still', () => {
  it('finds one whose records were not fetched from one look to the next', () => {
    const watch = new StallWatch();
    expect(watch.look([place()])).toEqual([]);
    expect(watch.look([place({ end: 12 })])).toEqual(['topic 3']);
  });

  it('finds one of which nothing was ever fetched', () => {
    const watch = new StallWatch();
    const never = place({ next: 0, handled: undefined });
    expect([watch.look([never]), watch.look([never])]).toEqual([[], ['topic 3']]);
  });

  it.each([
    ['is at its end', { end: 5 }],
    ['holds nothing', { next: 0, end: 0, handled: undefined }],
    ['has records waiting for the handler', { isWaiting: true }],
  ])('finds none that %s', (_, over) => {
    const watch = new StallWatch();
    expect([watch.look([place(over)]), watch.look([place(over)])]).toEqual([[], []]);
  });

  it('finds none that moves, by the broker or by what was handled again', () => {
    const watch = new StallWatch();
    const looks = [place(), place({ next: 6 }), place({ next: 6, handled: 7 }), place({ end: 5 }), place()];
    expect(looks.flatMap((look) => watch.look([look]))).toEqual([]);
    watch.forget();
    expect(watch.look([place()])).toEqual([]);
  });
});
