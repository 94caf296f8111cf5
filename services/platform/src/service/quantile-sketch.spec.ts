import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuantileSketch } from './quantile-sketch.ts';

describe('the quantile sketch', () => {
  it('knows nothing of nothing', () => {
    expect(new QuantileSketch().quantile(0.99)).toBeUndefined();
  });

  it('keeps zeros, count, sum and maximum exactly', () => {
    const sketch = new QuantileSketch();
    for (const amount of [0, 0, 0, 8]) sketch.add(amount);
    expect([sketch.count, sketch.sum, sketch.max, sketch.quantile(0.5)]).toEqual([4, 8, 8, 0]);
  });

  it('is within 1 % of the sorted list at any quantile', () => {
    const amounts = fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(amounts, fc.double({ min: 0, max: 1, noNaN: true }), (list, q) => {
        const sketch = new QuantileSketch();
        for (const amount of list) sketch.add(amount);
        const sorted = list.toSorted((a, b) => a - b);
        const exact = sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
        expect(Math.abs((sketch.quantile(q) ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.0101);
      }),
    );
  });
});
