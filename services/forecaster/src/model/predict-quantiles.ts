import * as tf from '@tensorflow/tfjs-core';
import type { Quantiles } from '../evaluate/score-forecast.ts';
import { HORIZON } from '../features/panel.ts';
import type { Window } from '../features/window.ts';
import type { NetworkShape } from './network-shape.ts';
import { forward, tensorsOf } from './quantile-network.ts';

/**
 * Quantiles in Wh for windows: the network's offsets, opened by the conformal offsets, times each window's scale on its base, never
 * below zero. P10 <= P50 <= P90 at every step whatever the offsets. One pass through the network for all windows.
 */
export function predictQuantiles(windows: readonly Window[], model: QuantityModel): Quantiles[] {
  const { width } = model.shape;
  const inputs = new Float32Array(windows.length * HORIZON * width);
  windows.forEach((window, index) => inputs.set(window.inputs, index * HORIZON * width));
  if (model.hiddenFeatures > 0)
    for (let end = width; end <= inputs.length; end += width) inputs.fill(0, end - model.hiddenFeatures, end);
  const answer = tf.tidy(() =>
    forward(tf.tensor2d(inputs, [windows.length * HORIZON, width]), tensorsOf(model.weights, model.shape)),
  );
  const offsets = answer.dataSync();
  answer.dispose();
  return windows.map((window, index) => {
    const at = (step: number, column: number, opening: number): number => {
      const row = 3 * (index * HORIZON + step);
      const middle = offsets[row + 1] ?? 0;
      const offset = (offsets[row + column] ?? 0) + opening;
      const ordered = column === 0 ? Math.min(offset, middle) : Math.max(offset, middle);
      return Math.max(0, (window.baseWh[step] ?? 0) + (window.scaleWh[step] ?? 0) * ordered);
    };
    const series = (column: number, opening: number): Float32Array =>
      Float32Array.from({ length: HORIZON }, (_, step) => at(step, column, opening));
    return { p10Wh: series(0, -model.opening.lower), p50Wh: series(1, 0), p90Wh: series(2, model.opening.upper) };
  });
}

/** A fitted network for one quantity: plain data, as it is stored. */
export interface QuantityModel {
  shape: NetworkShape;
  weights: Float32Array;
  /** Number of trailing features that come from the weather; 0 where the model reads the weather, so none are hidden. */
  hiddenFeatures: number;
  /** Conformal offsets in units of the scale: how far P10 moves down and P90 up. */
  opening: { lower: number; upper: number };
}
