import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitReads } from './split-reads.ts';

const spans = fc.array(
  fc.record({ address: fc.integer({ min: 0, max: 600 }), count: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 40 },
);

describe('splitting of reads', () => {
  it('holds every span whole in one request of at most 125 registers', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 60 }), (wanted, maxGap) => {
        const requests = splitReads(wanted, { maxGap });
        for (const { count } of requests) expect(count).toBeLessThanOrEqual(125);
        for (const { address, count } of wanted) {
          expect(requests.some((r) => r.address <= address && address + count <= r.address + r.count)).toBe(true);
        }
      }),
    );
  });

  it('packs a device into few requests', () => {
    expect(
      splitReads([
        { address: 0, count: 2 },
        { address: 10, count: 2 },
      ]),
    ).toEqual([{ address: 0, count: 12 }]);
    expect(
      splitReads([
        { address: 0, count: 100 },
        { address: 100, count: 26 },
      ]),
    ).toHaveLength(2);
  });
});
