import type { QuantityModel } from '../model/predict-quantiles.ts';
import { countParameters } from '../model/network-shape.ts';
import type { Training } from './train-models.ts';

/** A model without its weights, as it is stored beside them. */
export type ModelStructure = Omit<QuantityModel, 'weights'> & { quantity: 'load' | 'generation' };

/** Splits models into plain structure and one run of weights: 32-bit floats, little-endian. */
export function packModels(models: Training['models']): { structure: ModelStructure[]; weights: Uint8Array } {
  const all = (['load', 'generation'] as const).flatMap((quantity) =>
    models[quantity] ? [{ quantity, ...models[quantity] }] : [],
  );
  const view = new DataView(new ArrayBuffer(4 * all.reduce((sum, { weights }) => sum + weights.length, 0)));
  let at = 0;
  for (const { weights } of all) for (const weight of weights) view.setFloat32(4 * at++, weight, true);
  return {
    structure: all.map(({ quantity, shape, hiddenFeatures, opening }) => ({
      quantity,
      shape,
      hiddenFeatures,
      opening,
    })),
    weights: new Uint8Array(view.buffer),
  };
}

/** Puts models together again. Throws a RangeError where the weights do not fit the structure. */
export function unpackModels(structure: readonly ModelStructure[], bytes: Uint8Array): Training['models'] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = 4 * structure.reduce((sum, { shape }) => sum + countParameters(shape), 0);
  if (bytes.byteLength !== expected)
    throw new RangeError(`expected ${expected} bytes of weights, got ${bytes.byteLength}`);
  let at = 0;
  const models: Partial<Training['models']> = {};
  for (const { quantity, ...rest } of structure) {
    const weights = Float32Array.from({ length: countParameters(rest.shape) }, () => view.getFloat32(4 * at++, true));
    models[quantity] = { ...rest, weights };
  }
  if (!models.load) throw new RangeError('the stored model has no load part');
  return { ...models, load: models.load };
}
