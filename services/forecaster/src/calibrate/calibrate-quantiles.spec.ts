import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../model/seeded-random.ts';
import { calibrateQuantiles, conformalQuantile } from './calibrate-quantiles.ts';

describe('the conformal calibration', () => {
  it('covers at least the level of the scores it was made from, and no more than one score too many', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -5, max: 5 }), { minLength: 10, maxLength: 200 }),
        (scores) => {
          const covered = scores.filter((score) => score <= conformalQuantile(scores, 0.9)).length;
          const distinct = new Set(scores).size === scores.length;
          expect(covered).toBeGreaterThanOrEqual(0.9 * scores.length);
          if (distinct) expect(covered).toBeLessThanOrEqual(Math.ceil(0.9 * (scores.length + 1)));
        },
      ),
    );
  });

  it('opens quantiles that are too narrow and narrows ones that are too wide to 80 % on new values', () => {
    for (const width of [0.2, 3]) {
      const random = seededRandom(3);
      const draw = (): number[] => Array.from({ length: 4000 }, () => random() + random() - random() - random());
      const scored = draw();
      const opening = calibrateQuantiles({
        below: scored.map((value) => -width - value),
        above: scored.map((value) => value - width),
      });
      const inside = draw().filter((value) => value >= -width - opening.lower && value <= width + opening.upper).length;
      expect(inside / 4000).toBeGreaterThan(0.78);
      expect(inside / 4000).toBeLessThan(0.82);
    }
  });
});
