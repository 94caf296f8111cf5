import { describe, expect, it } from 'vitest';
import { ReplayRanges } from './replay-ranges.ts';

const place = { topic: 'portal.site-configured.v1', partition: 3 };

describe('what a process handles again at its start', () => {
  it('is everything before the offset that its group had committed', () => {
    const replay = new ReplayRanges([{ ...place, from: 0, until: 8 }]);
    expect([0, 7, 8, 9].map((offset) => replay.isReplay(place, offset))).toEqual([true, true, false, false]);
    expect(replay.beginsAt(place)).toBe(0);
  });

  it('is nothing where the group had committed nothing, or nothing came since the wanted time', () => {
    const replay = new ReplayRanges([
      { ...place, from: 0, until: -1 },
      { ...place, partition: 4, from: 8, until: 8 },
    ]);
    expect(replay.beginsAt(place)).toBeUndefined();
    expect(replay.beginsAt({ ...place, partition: 4 })).toBeUndefined();
    expect(replay.isReplay(place, 0)).toBe(false);
  });

  it('begins anew at a rebalance until all of it was handled', () => {
    const replay = new ReplayRanges([{ ...place, from: 2, until: 8 }]);
    replay.handled(place, 5);
    expect(replay.beginsAt(place)).toBe(2);
    replay.handled(place, 8);
    expect(replay.beginsAt(place)).toBeUndefined();
  });
});
