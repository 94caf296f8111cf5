import { seededRandom } from './seeded-random.ts';

/** Features per row and width of the hidden layers. */
export interface NetworkShape {
  width: number;
  hidden: number;
}

/** Shapes of the weights in the order they are stored. */
export function weightShapes({ width, hidden }: NetworkShape): (readonly [number, number] | readonly [number])[] {
  return [[width, hidden], [hidden], [hidden, hidden], [hidden], [hidden, HEADS], [width, HEADS], [HEADS]];
}

export function countParameters(shape: NetworkShape): number {
  return weightShapes(shape).reduce((sum, [rows, columns = 1]) => sum + rows * columns, 0);
}

/** Initial weights: He (2015) normal for the hidden layers, zeros for the heads, so an untrained network answers its base. */
export function initialWeights(shape: NetworkShape, seed: number): Float32Array {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const values: number[] = [];
  for (const [index, [rows, columns = 1]] of weightShapes(shape).entries()) {
    const deviation = index === 0 || index === 2 ? Math.sqrt(2 / rows) : 0;
    for (let at = 0; at < rows * columns; at++) values.push(deviation === 0 ? 0 : deviation * normal());
  }
  return Float32Array.from(values);
}

export const HEADS = 3;
