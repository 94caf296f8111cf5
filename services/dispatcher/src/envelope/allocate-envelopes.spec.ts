import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateEnvelopes } from './allocate-envelopes.ts';

const claim = (staticW: number, needW: number) => ({ siteId: 'home-1', staticW, needW });
const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);

describe('allocateEnvelopes', () => {
  it('lends what a quiet site leaves of its share', () => {
    expect(allocateEnvelopes(10, [claim(5, 2), claim(5, 7)])).toEqual([2.5, 7.5]);
  });

  it('scales shares down together where they pass the rating', () => {
    expect(allocateEnvelopes(10, [claim(10, 10), claim(10, 10)])).toEqual([5, 5]);
  });

  it('never passes the rating and never takes from a site what it needs of its share', () => {
    const anyClaim = fc.record({
      siteId: fc.constant('home-1'),
      staticW: fc.integer({ min: 0, max: 9000 }),
      needW: fc.integer({ min: 0, max: 9000 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60_000 }),
        fc.array(anyClaim, { minLength: 1, maxLength: 20 }),
        (ratingW, claims) => {
          const envelopes = allocateEnvelopes(ratingW, claims);
          const scale = Math.min(1, ratingW / Math.max(1e-9, sum(claims.map(({ staticW }) => staticW))));
          expect(sum(envelopes)).toBeLessThanOrEqual(ratingW + 1e-6);
          claims.forEach(({ staticW, needW }, index) =>
            expect(envelopes[index]).toBeGreaterThanOrEqual(Math.min(staticW * scale, needW) - 1e-6),
          );
        },
      ),
      { seed: 5 },
    );
  });
});
