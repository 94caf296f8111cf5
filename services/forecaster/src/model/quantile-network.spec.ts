import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../training/backend.link.ts';
import { Adam } from './adam.ts';
import { initialWeights } from './network-shape.ts';
import { forward, gradients, tensorsOf } from './quantile-network.ts';
import { seededRandom } from './seeded-random.ts';

const shape = { width: 3, hidden: 4 };
const random = seededRandom(5);
const column = (length: number, of: () => number): Float32Array => Float32Array.from({ length }, of);
const rows = {
  inputs: column(60, () => 2 * random() - 1),
  targets: column(20, () => 3 * random() - 1),
  weights: column(20, () => (random() < 0.2 ? 0 : random())),
};
const weights = initialWeights(shape, 2).map((value) => value + 0.3 * (random() - 0.5));

function evaluate(at: Float32Array): { loss: number; slopes: number[] } {
  const result = gradients(
    {
      inputs: tf.tensor2d(rows.inputs, [20, 3]),
      targets: tf.tensor2d(rows.targets, [20, 1]),
      weights: tf.tensor2d(rows.weights, [20, 1]),
    },
    tensorsOf(at, shape),
  );
  return { loss: result.loss.dataSync()[0] ?? NaN, slopes: result.gradients.flatMap((slope) => [...slope.dataSync()]) };
}

/** Pinball loss by the definition, in plain numbers. */
function slowLoss(at: Float32Array): number {
  const quantiles = forward(tf.tensor2d(rows.inputs, [20, 3]), tensorsOf(at, shape)).dataSync();
  const losses = [0.1, 0.5, 0.9].flatMap((level, head) =>
    Array.from(rows.targets, (target, row) => {
      const error = target - (quantiles[3 * row + head] ?? NaN);
      return (rows.weights[row] ?? 0) * Math.max(level * error, (level - 1) * error);
    }),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / (3 * rows.weights.reduce((sum, weight) => sum + weight, 0));
}

describe('the quantile network', () => {
  beforeAll(() => openBackend('wasm'));

  it('has the loss of the definition and the gradients of finite differences', () => {
    tf.engine().startScope();
    const { loss, slopes } = evaluate(weights);
    expect(loss).toBeCloseTo(slowLoss(weights), 5);
    expect(slopes).toHaveLength(weights.length);
    const step = 2e-3;
    for (let index = 0; index < weights.length; index++) {
      const moved = (by: number): number =>
        evaluate(weights.map((value, at) => (at === index ? value + by : value))).loss;
      expect(Math.abs((moved(step) - moved(-step)) / (2 * step) - (slopes[index] ?? NaN))).toBeLessThan(0.02);
    }
    tf.engine().endScope();
  });

  it('never lets quantiles cross', () => {
    tf.engine().startScope();
    const answer = forward(
      tf.tensor2d(
        column(300, () => 20 * random() - 10),
        [100, 3],
      ),
      tensorsOf(
        weights.map((value) => 5 * value),
        shape,
      ),
    ).dataSync();
    for (let row = 0; row < 300; row += 3) {
      expect(answer[row]).toBeLessThanOrEqual(answer[row + 1]!);
      expect(answer[row + 1]).toBeLessThanOrEqual(answer[row + 2]!);
    }
    tf.engine().endScope();
  });

  it('refuses weights of another shape', () => {
    expect(() => tensorsOf(new Float32Array(5), shape)).toThrow(RangeError);
  });
});

describe('Adam', () => {
  it('moves the first step by the rate and finds the bottom of a bowl', () => {
    const adam = new Adam(Float32Array.of(1, -2));
    adam.step(Float32Array.of(10, -0.1), 0.1);
    expect(adam.weights[0]).toBeCloseTo(0.9, 4);
    expect(adam.weights[1]).toBeCloseTo(-1.9, 4);
    for (let step = 0; step < 600; step++)
      adam.step(
        adam.weights.map((value) => 2 * (value - 3)),
        0.05,
      );
    expect([...adam.weights].every((value) => Math.abs(value - 3) < 0.01)).toBe(true);
  });
});
