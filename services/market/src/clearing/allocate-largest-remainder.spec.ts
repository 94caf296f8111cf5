import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateLargestRemainder } from './allocate-largest-remainder.ts';

describe('allocateLargestRemainder', () => {
  it('C16 gives every unit away exactly once and nobody strays a unit from its exact share', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 }), (total, weights) => {
        const sum = weights.reduce((all, weight) => all + weight, 0);
        fc.pre(sum > 0);
        const parts = allocateLargestRemainder(total, weights);
        expect(parts.reduce((all, part) => all + part, 0)).toBe(total);
        parts.forEach((part, index) => {
          const offBy = BigInt(part) * BigInt(sum) - BigInt(total) * BigInt(weights[index]!);
          expect(offBy > -BigInt(sum) && offBy < BigInt(sum)).toBe(true);
        });
      }),
    );
  });

  it('stays exact where the products leave the safe integers', () => {
    const parts = allocateLargestRemainder(Number.MAX_SAFE_INTEGER, [3_000_000_001, 2_999_999_999]);
    expect(BigInt(parts[0]!) + BigInt(parts[1]!)).toBe(BigInt(Number.MAX_SAFE_INTEGER));
    expect(parts[0]).toBeGreaterThan(parts[1]!);
  });

  it('gives the odd unit to the earlier of equal shares', () => {
    expect(allocateLargestRemainder(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(allocateLargestRemainder(-1, [1, 1])).toEqual([0, -1]);
  });

  it('refuses weights without a positive sum', () => {
    expect(() => allocateLargestRemainder(1, [0, 0])).toThrow(RangeError);
  });
});
