import { decodePoint, type PointValue } from './decode-point.ts';
import { findModel } from './find-model.ts';

export type ModelValues = Record<string, PointValue | undefined>;

/**
 * All points of a model by name, scale factors applied (C1): a point that is not implemented, whose scale factor is not,
 * or that a shorter device does not hold is undefined. `words` start at the ID register and may be shorter or longer than
 * the model; pads are left out. 64-bit values are numbers while safe, else bigint (scaled up) or the nearest number (scaled down).
 *
 * Example: `decodeModel(103, words).W` is 3680.
 */
export function decodeModel(modelId: number, words: Uint16Array): ModelValues {
  const model = findModel(modelId);
  if (model === undefined) throw new RangeError(`no table of SunSpec model ${modelId}: generate one`);
  const values: ModelValues = {};
  for (const point of model.points) {
    if (point.type !== 'pad') values[point.name] = decodePoint(point, words);
  }
  return values;
}
