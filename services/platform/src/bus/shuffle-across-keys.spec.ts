import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionOf } from './partition-of.ts';
import { seededRandom } from '../seeded-random.ts';
import { shuffleAcrossKeys } from './shuffle-across-keys.ts';

describe('shuffling across keys', () => {
  it('moves records about, loses none and keeps each key in order', () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
    fc.assert(
      fc.property(keys, fc.integer(), (list, seed) => {
        const records = list.map((key, n) => ({ key, n }));
        const shuffled = shuffleAcrossKeys(records, seededRandom(seed));
        expect(shuffled.toSorted((a, b) => a.n - b.n)).toEqual(records);
        for (const ofKey of Map.groupBy(shuffled, ({ key }) => key).values()) {
          expect(ofKey).toEqual(ofKey.toSorted((a, b) => a.n - b.n));
        }
      }),
    );
  });

  it('is not the order it was given', () => {
    const records = Array.from({ length: 50 }, (_, n) => ({ key: `k${n}`, n }));
    expect(shuffleAcrossKeys(records, seededRandom(1))).not.toEqual(records);
  });
});

describe('partitions', () => {
  it('are stable, in range, and share a fleet of keys about evenly', () => {
    const counts = [0, 0, 0, 0];
    for (let home = 0; home < 1000; home++) {
      const partition = partitionOf(`home-${home}-meter`, 4);
      expect(partition).toBe(partitionOf(`home-${home}-meter`, 4));
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(180);
  });
});
