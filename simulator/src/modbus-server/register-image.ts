import { EXCEPTION } from '@wattmesh/gateway/modbus/modbus-error';
import { decodePoint, decodeScale, type PointValue } from '@wattmesh/gateway/sunspec/decode-point';
import { absentWords, encodePoint } from '@wattmesh/gateway/sunspec/encode-point';
import type { ModelDefinition, PointDefinition } from '@wattmesh/gateway/sunspec/model-definition';

export type PublishedValues = Readonly<Record<string, PointValue | undefined>>;

/** A model in an image; `address` is that of its first register. */
export interface PlacedModel {
  readonly definition: ModelDefinition;
  readonly address: number;
  readonly words: Uint16Array;
}
export interface PlacedPoint {
  readonly model: PlacedModel;
  readonly point: PointDefinition;
}
/** Smallest and largest value a writable point takes, in its unit. */
export type Ranges = Readonly<Record<string, { readonly min: number; readonly max: number }>>;

/**
 * The registers of a device from `base` on, as models of typed points. Reading and writing follow the specification: outside
 * of the image 02; a write must cover whole writable points with values they can hold, or nothing is written: 02 for a point that
 * is read-only or not implemented, 03 for a part of a point or a value out of range.
 */
export class RegisterImage {
  readonly base: number;
  readonly words: Uint16Array;
  private readonly owners: (PlacedPoint | undefined)[];
  private readonly models = new Map<number, PlacedModel>();

  constructor(base: number, words: Uint16Array) {
    this.base = base;
    this.words = words;
    this.owners = Array.from({ length: words.length }, () => undefined);
  }

  /** Places a model at an address and fills it: what `values` leaves out is not implemented. */
  place(definition: ModelDefinition, address: number, values: PublishedValues): void {
    const at = address - this.base;
    const model = { definition, address, words: this.words.subarray(at, at + definition.size) };
    this.models.set(definition.id, model);
    for (const point of definition.points) {
      model.words.set(absentWords(point), point.offset);
      const owner = { model, point };
      for (let i = 0; i < point.size; i++) this.owners[at + point.offset + i] = owner;
    }
    this.publish(definition.id, scalesFirst(definition, values));
    const unknown = Object.keys(values).find((name) => !definition.byName.has(name));
    if (unknown !== undefined) throw new RangeError(`model ${definition.id} has no point ${unknown}`);
  }

  /** Sets points of a model in their units. A counter wraps at the width of its register, as it does in the field. */
  publish(modelId: number, values: PublishedValues): void {
    const model = this.models.get(modelId);
    if (model === undefined) throw new RangeError(`the device has no model ${modelId}`);
    for (const [name, value] of Object.entries(values)) {
      const point = model.definition.byName.get(name);
      if (point === undefined) continue;
      const scale = decodeScale(point, model.words);
      model.words.set(
        encodePoint(point, wrapped(point, value, scale ?? 0), value === undefined ? 0 : scale),
        point.offset,
      );
    }
  }

  valueOf(modelId: number, name: string): PointValue | undefined {
    const model = this.models.get(modelId);
    const point = model?.definition.byName.get(name);
    return model === undefined || point === undefined ? undefined : decodePoint(point, model.words);
  }

  /** Words of all writable points that are implemented, by model id and name: `704.WSet`. */
  writableWords(): Record<string, number[]> {
    const words: Record<string, number[]> = {};
    for (const model of this.models.values()) {
      for (const point of model.definition.points) {
        if (point.isWritable && decodePoint(point, model.words) !== undefined)
          words[keyOf(model, point)] = [...wordsOf(model, point)];
      }
    }
    return words;
  }

  /** Sets what `writableWords` gave. Throws a RangeError where it was of another image. */
  restoreWords(words: Readonly<Record<string, readonly number[]>>): void {
    const left = new Map(Object.entries(words));
    for (const model of this.models.values()) {
      for (const point of model.definition.points) {
        const key = keyOf(model, point);
        const saved = left.get(key);
        if (saved === undefined || saved.length !== point.size || !point.isWritable) continue;
        wordsOf(model, point).set(saved);
        left.delete(key);
      }
    }
    const [foreign] = left.keys();
    if (foreign !== undefined) throw new RangeError(`the device has no writable ${foreign}`);
  }

  read(address: number, count: number): Uint16Array | number {
    const at = address - this.base;
    if (at < 0 || at + count > this.words.length) return EXCEPTION.illegalAddress;
    return this.words.subarray(at, at + count);
  }

  /** The points a write covers, or why it is refused; nothing is changed yet. */
  inspect(
    address: number,
    words: Uint16Array,
    rangesOf: (modelId: number) => Ranges | undefined,
  ): PlacedPoint[] | number {
    const first = address - this.base;
    if (first < 0 || first + words.length > this.words.length) return EXCEPTION.illegalAddress;
    const points: PlacedPoint[] = [];
    for (let at = 0; at < words.length;) {
      const owner = this.owners[first + at];
      if (owner === undefined) return EXCEPTION.illegalAddress;
      const { model, point } = owner;
      const isWhole = model.address + point.offset === address + at && at + point.size <= words.length;
      if (!isWhole) return EXCEPTION.illegalValue;
      const refusal = refusalOf(
        owner,
        words.subarray(at, at + point.size),
        rangesOf(model.definition.id)?.[point.name],
      );
      if (refusal !== undefined) return refusal;
      points.push(owner);
      at += point.size;
    }
    return points;
  }

  /** Precondition: `inspect` has accepted the same write. */
  commit(address: number, words: Uint16Array): void {
    this.words.set(words, address - this.base);
  }
}

const keyOf = ({ definition }: PlacedModel, point: PointDefinition): string => `${definition.id}.${point.name}`;
const wordsOf = ({ words }: PlacedModel, point: PointDefinition): Uint16Array =>
  words.subarray(point.offset, point.offset + point.size);

function refusalOf(
  { model, point }: PlacedPoint,
  words: Uint16Array,
  range: { min: number; max: number } | undefined,
): number | undefined {
  if (!point.isWritable) return EXCEPTION.illegalAddress;
  const current = wordsOf(model, point);
  if (words.every((word, i) => word === current[i])) return undefined;
  if (decodePoint(point, model.words) === undefined) return EXCEPTION.illegalAddress;
  const copy = model.words.slice();
  copy.set(words, point.offset);
  const value = decodePoint(point, copy);
  if (value === undefined) return EXCEPTION.illegalValue;
  if (point.symbols !== undefined && !Object.values(point.symbols).includes(Number(value)))
    return EXCEPTION.illegalValue;
  const isOutside = range !== undefined && (Number(value) < range.min || Number(value) > range.max);
  return isOutside ? EXCEPTION.illegalValue : undefined;
}

/** Scale factors have to stand before the values they scale. */
function scalesFirst(definition: ModelDefinition, values: PublishedValues): PublishedValues {
  const isScaleFactor = (name: string): boolean => definition.byName.get(name)?.type === 'sunssf';
  const names = Object.keys(values);
  const ordered = [...names.filter(isScaleFactor), ...names.filter((name) => !isScaleFactor(name))];
  return Object.fromEntries(ordered.map((name) => [name, values[name]]));
}

function wrapped(point: PointDefinition, value: PointValue | undefined, scale: number): PointValue | undefined {
  if (typeof value !== 'number' || !point.type.startsWith('acc') || point.size > 2) return value;
  return value % (2 ** (16 * point.size) * 10 ** scale);
}
