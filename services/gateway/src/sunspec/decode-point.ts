import type { PointDefinition } from './model-definition.ts';
import { isAbsent, isScale, POINT_FORMATS, powerOfTen } from './point-format.ts';

export type PointValue = number | bigint | string;

/**
 * Raw value of one point: the number, text or address as stored, before any scale factor; undefined where the device says
 * "not implemented" (C1) or where the point lies, in whole or in part, outside `words`. `start` is the offset of the first
 * word, counted like the point's from its model's ID register. A 64-bit value is a number while it is a safe integer and a
 * bigint beyond.
 *
 * Example: int16 register 0x8000 is undefined, 0xfff6 is -10.
 */
export function decodeRaw(point: PointDefinition, words: Uint16Array, start = 0): PointValue | undefined {
  const at = point.offset - start;
  if (at < 0 || at + point.size > words.length) return undefined;
  const format = POINT_FORMATS[point.type];
  switch (format.kind) {
    case 'integer':
      if (isAbsent(format.absent, words, at)) return undefined;
      return point.size <= 2
        ? decodeSmall(point, words, at)
        : decodeLarge(words.subarray(at, at + point.size), format.isSigned);
    case 'float':
      return decodeFloat(words.subarray(at, at + point.size));
    case 'string':
      return decodeText(words.subarray(at, at + point.size));
    case 'address':
      return decodeAddress(point, words.subarray(at, at + point.size));
    default:
      return undefined;
  }
}

/** A point in its unit, undefined where it or its scale factor is not implemented or not among `words`. */
export function decodePoint(point: PointDefinition, words: Uint16Array, start = 0): PointValue | undefined {
  const raw = decodeRaw(point, words, start);
  if (raw === undefined || point.scale === undefined) return raw;
  const scale = decodeScale(point, words, start);
  return scale === undefined ? undefined : applyScale(raw, scale);
}

/** The power of ten that holds for a point: 0 where it has none, undefined where its scale factor is not implemented. */
export function decodeScale(point: PointDefinition, words: Uint16Array, start = 0): number | undefined {
  if (point.scale === undefined) return 0;
  if (typeof point.scale === 'number') return point.scale;
  const scale = decodeRaw(point.scale, words, start);
  return isScale(scale) ? scale : undefined;
}

/**
 * Value of a point in its unit: raw x 10^scale, correctly rounded to -scale decimals, never 0.30000000000000004.
 *
 * Example: 2301 at scale -1 is 230.1.
 */
export function applyScale(raw: PointValue, scale: number): number | bigint | undefined {
  if (!isScale(scale) || typeof raw === 'string') return undefined;
  if (typeof raw === 'bigint') return scale < 0 ? Number(`${raw}e${scale}`) : raw * 10n ** BigInt(scale);
  return scale < 0 ? raw / powerOfTen(-scale) : raw * powerOfTen(scale);
}

function decodeSmall(point: PointDefinition, words: Uint16Array, at: number): number | undefined {
  const high = words[at] ?? 0;
  const bits = point.size === 1 ? high : high * 0x10000 + (words[at + 1] ?? 0);
  const format = POINT_FORMATS[point.type];
  const isNegative = high >= 0x8000 && format.kind === 'integer' && format.isSigned;
  const value = isNegative ? bits - (point.size === 1 ? 0x10000 : 0x100000000) : bits;
  return point.type === 'sunssf' && !isScale(value) ? undefined : value;
}

function decodeLarge(words: Uint16Array, isSigned: boolean): number | bigint {
  const bits = words.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
  const value = isSigned ? BigInt.asIntN(16 * words.length, bits) : bits;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function decodeFloat(words: Uint16Array): number | undefined {
  const view = new DataView(new ArrayBuffer(8));
  words.forEach((word, i) => view.setUint16(2 * i, word));
  const value = words.length === 2 ? view.getFloat32(0) : view.getFloat64(0);
  return Number.isNaN(value) ? undefined : value;
}

function decodeText(words: Uint16Array): string | undefined {
  const bytes = bytesOf(words);
  const end = bytes.indexOf(0);
  const text = new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end)).trim();
  return text === '' ? undefined : text;
}

function decodeAddress(point: PointDefinition, words: Uint16Array): string | undefined {
  const bytes = [...bytesOf(words)];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  if (point.type === 'eui48')
    return bytes.slice(-6).every((byte) => byte === 0xff) ? undefined : hex.slice(-6).join(':');
  if (bytes.every((byte) => byte === 0)) return undefined;
  return point.type === 'ipaddr' ? bytes.join('.') : (hex.join('').match(/.{4}/g) ?? []).join(':');
}

function bytesOf(words: Uint16Array): Uint8Array {
  return Uint8Array.from(
    { length: 2 * words.length },
    (_, i) => ((words[i >> 1] ?? 0) >> (i % 2 === 0 ? 8 : 0)) & 0xff,
  );
}
