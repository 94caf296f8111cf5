import * as tf from '@tensorflow/tfjs-core';
import { countParameters, HEADS, weightShapes, type NetworkShape } from './network-shape.ts';

/**
 * The global forecasting network: a dense network with a linear skip, applied to each step of a window with shared weights, and three
 * quantile heads. The median is a free output, P10 and P90 lie a softplus below and above it, so quantiles never cross. Its answers
 * are offsets from the window's base in units of the window's scale. A few thousand parameters serve every site.
 *
 * Shape: x -> relu(x A + a) -> relu(. B + b) -> . C + x D + c, three columns: below, median, above.
 */
export type NetworkWeights = readonly [
  inner: tf.Tensor2D,
  innerBias: tf.Tensor1D,
  middle: tf.Tensor2D,
  middleBias: tf.Tensor1D,
  head: tf.Tensor2D,
  skip: tf.Tensor2D,
  bias: tf.Tensor1D,
];

/** Cuts stored weights into tensors. Throws a RangeError where their number does not fit the shape. */
export function tensorsOf(weights: Float32Array, shape: NetworkShape): NetworkWeights {
  const expected = countParameters(shape);
  if (weights.length !== expected) throw new RangeError(`expected ${expected} weights, got ${weights.length}`);
  let at = 0;
  return weightShapes(shape).map(([rows, columns]) => {
    const values = weights.slice(at, (at += rows * (columns ?? 1)));
    return columns === undefined ? tf.tensor1d(values) : tf.tensor2d(values, [rows, columns]);
  }) as unknown as NetworkWeights;
}

/** Quantile offsets of rows of features: columns P10, P50, P90, ascending in each row. */
export function forward(inputs: tf.Tensor2D, weights: NetworkWeights): tf.Tensor2D {
  return tf.tidy(() => quantilesOf(activations(inputs, weights).heads));
}

/**
 * Gradients of the mean pinball loss over P10, P50 and P90, in the order of the weights. Rows of weight 0 (missing actuals) do not count.
 * Written out, because the bundle of tfjs-core that Node loads registers no gradients.
 */
export function gradients(batch: Batch, weights: NetworkWeights): { loss: tf.Scalar; gradients: tf.Tensor[] } {
  return tf.tidy(() => {
    const [, , middle, , head] = weights;
    const { first, second, heads } = activations(batch.inputs, weights);
    const { loss, slope } = pinball(quantilesOf(heads), batch);
    const [below, median, above] = columns(slope);
    const [lower, , upper] = columns(heads);
    const onHeads = tf.concat2d(
      [
        tf.mul(tf.neg(below), tf.sigmoid(tf.sub(lower, SOFTPLUS_SHIFT))),
        tf.add(tf.add(below, median), above),
        tf.mul(above, tf.sigmoid(tf.sub(upper, SOFTPLUS_SHIFT))),
      ],
      1,
    );
    const onSecond = tf.mul(tf.matMul(onHeads, tf.transpose(head)), tf.step(second)) as tf.Tensor2D;
    const onFirst = tf.mul(tf.matMul(onSecond, tf.transpose(middle)), tf.step(first)) as tf.Tensor2D;
    const bias = (slopes: tf.Tensor2D): tf.Tensor1D => tf.sum(slopes, 0);
    const times = (inputs: tf.Tensor2D, slopes: tf.Tensor2D): tf.Tensor2D => tf.matMul(tf.transpose(inputs), slopes);
    return {
      loss,
      gradients: [
        times(batch.inputs, onFirst),
        bias(onFirst),
        times(first, onSecond),
        bias(onSecond),
        times(second, onHeads),
        times(batch.inputs, onHeads),
        bias(onHeads),
      ],
    };
  });
}

export interface Batch {
  inputs: tf.Tensor2D;
  /** One column. */
  targets: tf.Tensor2D;
  /** One column; 0 leaves the row out. */
  weights: tf.Tensor2D;
}

/** Untrained quantiles start about 0.3 scales from the median. */
const SOFTPLUS_SHIFT = 1;

function activations(
  inputs: tf.Tensor2D,
  weights: NetworkWeights,
): { first: tf.Tensor2D; second: tf.Tensor2D; heads: tf.Tensor2D } {
  const [inner, innerBias, middle, middleBias, head, skip, bias] = weights;
  const first = tf.fused.matMul({ a: inputs, b: inner, bias: innerBias, activation: 'relu' }) as tf.Tensor2D;
  const second = tf.fused.matMul({ a: first, b: middle, bias: middleBias, activation: 'relu' }) as tf.Tensor2D;
  const heads = tf.add(tf.fused.matMul({ a: second, b: head, bias }), tf.matMul(inputs, skip)) as tf.Tensor2D;
  return { first, second, heads };
}

const columns = (matrix: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D] => {
  const column = (index: number): tf.Tensor2D => tf.slice2d(matrix, [0, index], [matrix.shape[0], 1]);
  return [column(0), column(1), column(2)];
};

function quantilesOf(heads: tf.Tensor2D): tf.Tensor2D {
  const [lower, median, upper] = columns(heads);
  const below = tf.sub(median, tf.softplus(tf.sub(lower, SOFTPLUS_SHIFT))) as tf.Tensor2D;
  const above = tf.add(median, tf.softplus(tf.sub(upper, SOFTPLUS_SHIFT))) as tf.Tensor2D;
  return tf.concat2d([below, median, above], 1);
}

/** Mean pinball loss and its slope on each quantile: level where the actual lies above, level - 1 where it lies below, negated. */
function pinball(quantiles: tf.Tensor2D, batch: Batch): { loss: tf.Scalar; slope: tf.Tensor2D } {
  const levels = tf.tensor2d([0.1, 0.5, 0.9], [1, HEADS]);
  const error = tf.sub(batch.targets, quantiles);
  const isBelow = tf.sub(1, tf.step(error));
  const slope = tf.sub(isBelow, levels);
  const share = tf.div(batch.weights, tf.mul(tf.maximum(tf.sum(batch.weights), 1), HEADS));
  return { loss: tf.neg(tf.sum(tf.mul(share, tf.mul(slope, error)))), slope: tf.mul(share, slope) };
}
