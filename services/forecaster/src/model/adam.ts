/**
 * Adam (Kingma & Ba 2015): steps along the bias-corrected mean of the gradients over the root of their mean square. Plain arrays: the
 * network has a few thousand weights, and one order of additions makes training repeatable bit for bit on a machine.
 *
 * @example new Adam(weights).step(gradient, 0.002)
 */
export class Adam {
  readonly weights: Float32Array;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  constructor(weights: Float32Array) {
    this.weights = weights;
    this.#mean = new Float64Array(weights.length);
    this.#square = new Float64Array(weights.length);
  }

  step(gradient: Float32Array, rate: number): void {
    this.#steps++;
    const meanBias = 1 - MEAN_DECAY ** this.#steps;
    const squareBias = 1 - SQUARE_DECAY ** this.#steps;
    for (let at = 0; at < this.weights.length; at++) {
      const slope = gradient[at]!;
      const mean = (this.#mean[at] = MEAN_DECAY * this.#mean[at]! + (1 - MEAN_DECAY) * slope);
      const square = (this.#square[at] = SQUARE_DECAY * this.#square[at]! + (1 - SQUARE_DECAY) * slope * slope);
      this.weights[at]! -= (rate * (mean / meanBias)) / (Math.sqrt(square / squareBias) + 1e-8);
    }
  }
}

const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
