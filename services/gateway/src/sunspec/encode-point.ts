import type { PointValue } from './decode-point.ts';
import type { PointDefinition } from './model-definition.ts';
import { isAbsent, isScale, POINT_FORMATS, powerOfTen } from './point-format.ts';

/**
 * Registers of one point for a value in its unit: value / 10^scale, rounded to the nearest integer (C1). Throws RangeError for
 * what the type cannot hold: NaN, infinity, a value outside the range, or one whose registers mean "not implemented".
 * `undefined` gives exactly those registers. `scale` is the power of ten read from the device, 0 for an unscaled point.
 *
 * Example: 230.1 at scale -1 is [2301].
 */
export function encodePoint(point: PointDefinition, value: PointValue | undefined, scale = 0): Uint16Array {
  if (value === undefined) return absentWords(point);
  if (!isScale(scale))
    throw new RangeError(`${point.name}: scale factor ${String(scale)} is not usable, nothing can be written`);
  switch (POINT_FORMATS[point.type].kind) {
    case 'integer':
      return encodeInteger(
        point,
        typeof value === 'bigint' ? unscaleBigint(point, value, scale) : unscale(point, value, scale),
      );
    case 'float':
      return encodeFloat(point, value);
    case 'string':
      return encodeText(point, String(value));
    default:
      throw new RangeError(`${point.name}: a point of type ${point.type} cannot be written`);
  }
}

/** The registers by which a device says that it does not implement a point. */
export function absentWords(point: PointDefinition): Uint16Array {
  const words = new Uint16Array(point.size);
  const format = POINT_FORMATS[point.type];
  if (format.kind === 'integer') return Uint16Array.from(format.absent ?? [0]);
  if (format.kind === 'float') words[0] = point.size === 2 ? 0x7fc0 : 0x7ff8;
  if (point.type === 'eui48') words.fill(0xffff);
  if (point.type === 'pad') words.fill(0x8000);
  return words;
}

function unscale(point: PointDefinition, value: number | string, scale: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new RangeError(`${point.name}: ${value} is not a number`);
  return Math.round(scale < 0 ? value * powerOfTen(-scale) : value / powerOfTen(scale));
}

function unscaleBigint(point: PointDefinition, value: bigint, scale: number): bigint {
  if (scale < 0) return value * 10n ** BigInt(-scale);
  const unit = 10n ** BigInt(scale);
  if (value % unit !== 0n) throw new RangeError(`${point.name}: ${value} is not a multiple of ${unit}`);
  return value / unit;
}

function encodeInteger(point: PointDefinition, raw: number | bigint): Uint16Array {
  const format = POINT_FORMATS[point.type];
  if (format.kind !== 'integer') throw new RangeError(`${point.name}: type ${point.type} holds no integer`);
  const words =
    point.size <= 2 ? smallWords(point, Number(raw), format.isSigned) : largeWords(point, BigInt(raw), format.isSigned);
  const isMissing = isAbsent(format.absent, words, 0) && !point.type.startsWith('acc');
  if (isMissing || (point.type === 'sunssf' && !isScale(Number(raw)))) throw misfit(point, raw);
  return words;
}

function smallWords(point: PointDefinition, raw: number, isSigned: boolean): Uint16Array {
  const modulus = point.size === 1 ? 0x10000 : 0x100000000;
  const low = isSigned ? -modulus / 2 : 0;
  if (raw < low || raw >= low + modulus) throw misfit(point, raw);
  const bits = raw < 0 ? raw + modulus : raw;
  return point.size === 1 ? Uint16Array.of(bits) : Uint16Array.of(Math.floor(bits / 0x10000), bits % 0x10000);
}

function largeWords(point: PointDefinition, raw: bigint, isSigned: boolean): Uint16Array {
  const bits = 16 * point.size;
  const stored = BigInt.asUintN(bits, raw);
  if ((isSigned ? BigInt.asIntN(bits, raw) : stored) !== raw) throw misfit(point, raw);
  return bigintWords(point.size, stored);
}

function bigintWords(size: number, stored: bigint): Uint16Array {
  return Uint16Array.from({ length: size }, (_, i) => Number((stored >> BigInt(16 * (size - 1 - i))) & 0xffffn));
}

function misfit(point: PointDefinition, raw: number | bigint): RangeError {
  return new RangeError(`${point.name}: raw value ${raw} does not fit ${point.type}`);
}

function encodeFloat(point: PointDefinition, value: PointValue): Uint16Array {
  const number = Number(value);
  if (Number.isNaN(number)) throw new RangeError(`${point.name}: ${value} is not a number`);
  const view = new DataView(new ArrayBuffer(8));
  if (point.size === 2) view.setFloat32(0, number);
  else view.setFloat64(0, number);
  return Uint16Array.from({ length: point.size }, (_, i) => view.getUint16(2 * i));
}

function encodeText(point: PointDefinition, text: string): Uint16Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 2 * point.size)
    throw new RangeError(`${point.name}: "${text}" is longer than ${2 * point.size} bytes`);
  return Uint16Array.from({ length: point.size }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
}
