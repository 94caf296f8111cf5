import * as tf from '@tensorflow/tfjs-core';
import { HORIZON } from '../features/panel.ts';
import type { Window } from '../features/window.ts';
import { Adam } from './adam.ts';
import { initialWeights, type NetworkShape } from './network-shape.ts';
import { gradients, tensorsOf } from './quantile-network.ts';
import { seededRandom, shuffledIndices } from './seeded-random.ts';

/**
 * Fits the quantile network to windows and what came after them: minibatches of windows in seeded random order, a random quarter of each
 * window's steps per epoch (neighbouring quarters say nearly the same), Adam with a cosine rate. The number of steps is fixed, so the
 * same seed on the same machine and backend gives the same weights. Errors count in proportion to the scale: in Wh, relative to the site.
 *
 * @returns the weights after the last epoch
 */
export function fitNetwork(examples: readonly Example[], options: FitOptions): Float32Array {
  const { shape, seed, epochs, hiddenFeatures } = options;
  const adam = new Adam(initialWeights(shape, seed));
  const random = seededRandom(seed ^ 0x5bd1e995);
  const batches = Math.max(1, Math.floor(examples.length / BATCH_WINDOWS));
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffledIndices(examples.length, random);
    for (let batch = 0; batch < batches; batch++) {
      const chosen = order.subarray(batch * BATCH_WINDOWS, (batch + 1) * BATCH_WINDOWS);
      const rows = rowsOf(
        Array.from(chosen, (index) => examples[index]!),
        { width: shape.width, hiddenFeatures, random },
      );
      const progress = (epoch * batches + batch) / (epochs * batches);
      adam.step(gradientOf(rows, adam.weights, shape), 0.5 * RATE * (1 + Math.cos(Math.PI * progress)));
    }
    options.onProgress?.((epoch + 1) / epochs);
  }
  return adam.weights;
}

/** A window and the energy that was measured over its horizon; NaN is missing and teaches nothing. */
export interface Example {
  window: Window;
  actualWh: Float32Array;
}

export interface FitOptions {
  shape: NetworkShape;
  seed: number;
  epochs: number;
  /** Trailing features that the network must not see. */
  hiddenFeatures: number;
  onProgress?: (share: number) => void;
}

interface Rows {
  count: number;
  inputs: Float32Array;
  targets: Float32Array;
  weights: Float32Array;
}

const BATCH_WINDOWS = 64;
const STRIDE = 4;
const RATE = 0.003;
/** A freak quarter pulls no harder than this many scales. */
const MAX_OFFSET = 6;

function rowsOf(
  examples: readonly Example[],
  view: { width: number; hiddenFeatures: number; random: () => number },
): Rows {
  const { width, hiddenFeatures, random } = view;
  const count = (examples.length * HORIZON) / STRIDE;
  const rows: Rows = {
    count,
    inputs: new Float32Array(count * width),
    targets: new Float32Array(count),
    weights: new Float32Array(count),
  };
  let row = 0;
  for (const { window, actualWh } of examples) {
    const peakWh = window.scaleWh.reduce((peak, scale) => Math.max(peak, scale), 0);
    for (let step = Math.floor(random() * STRIDE); step < HORIZON; step += STRIDE, row++) {
      rows.inputs.set(window.inputs.subarray(step * width, (step + 1) * width - hiddenFeatures), row * width);
      const scaleWh = window.scaleWh[step] ?? 0;
      const offset = ((actualWh[step] ?? NaN) - (window.baseWh[step] ?? NaN)) / scaleWh;
      if (!(scaleWh > 0) || Number.isNaN(offset)) continue;
      rows.targets[row] = Math.max(-MAX_OFFSET, Math.min(MAX_OFFSET, offset));
      rows.weights[row] = scaleWh / peakWh;
    }
  }
  return rows;
}

function gradientOf(rows: Rows, weights: Float32Array, shape: NetworkShape): Float32Array {
  const slopes = tf.tidy(() => {
    const batch = {
      inputs: tf.tensor2d(rows.inputs, [rows.count, shape.width]),
      targets: tf.tensor2d(rows.targets, [rows.count, 1]),
      weights: tf.tensor2d(rows.weights, [rows.count, 1]),
    };
    return gradients(batch, tensorsOf(weights, shape)).gradients;
  });
  const flat = new Float32Array(weights.length);
  let at = 0;
  for (const slope of slopes) {
    flat.set(slope.dataSync(), at);
    at += slope.size;
    slope.dispose();
  }
  return flat;
}
