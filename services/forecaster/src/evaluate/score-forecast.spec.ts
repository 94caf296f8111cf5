import { describe, expect, it } from 'vitest';
import { pinballLoss, Scorer } from './score-forecast.ts';

const of = (...values: number[]): Float32Array => Float32Array.from(values);

describe('the scores', () => {
  it('scales the error by that of seasonal naive on the same values and leaves missing ones out', () => {
    const scorer = new Scorer();
    scorer.add(
      of(10, NaN, 30, 40),
      { p10Wh: of(8, 0, 31, 30), p50Wh: of(11, 0, 33, 40), p90Wh: of(12, 0, 35, 41) },
      of(14, 0, 26, NaN),
    );
    expect(scorer.result()).toMatchObject({ count: 2, maeWh: 2, naiveMaeWh: 4, mase: 0.5, coverage80Pct: 50 });
  });

  it('weighs the two sides of a quantile', () => {
    expect(pinballLoss(10, 8, 0.9)).toBeCloseTo(1.8);
    expect(pinballLoss(8, 10, 0.9)).toBeCloseTo(0.2);
  });

  it('has no scores without values', () => {
    expect(new Scorer().result()).toBeUndefined();
  });
});
