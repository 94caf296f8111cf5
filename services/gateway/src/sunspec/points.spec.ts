import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyScale, decodePoint, decodeRaw } from './decode-point.ts';
import { absentWords, encodePoint } from './encode-point.ts';
import { defineModel, type PointDefinition, type PointType } from './model-definition.ts';

const INTEGERS: Record<string, { size: number; min: bigint; max: bigint; absent: readonly number[] | undefined }> = {
  int16: { size: 1, min: -32_767n, max: 32_767n, absent: [0x8000] },
  uint16: { size: 1, min: 0n, max: 65_534n, absent: [0xffff] },
  acc16: { size: 1, min: 1n, max: 65_535n, absent: [0] },
  enum16: { size: 1, min: 0n, max: 65_534n, absent: [0xffff] },
  bitfield16: { size: 1, min: 0n, max: 65_534n, absent: [0xffff] },
  count: { size: 1, min: 0n, max: 65_535n, absent: undefined },
  int32: { size: 2, min: -(2n ** 31n) + 1n, max: 2n ** 31n - 1n, absent: [0x8000, 0] },
  uint32: { size: 2, min: 0n, max: 2n ** 32n - 2n, absent: [0xffff, 0xffff] },
  acc32: { size: 2, min: 1n, max: 2n ** 32n - 1n, absent: [0, 0] },
  enum32: { size: 2, min: 0n, max: 2n ** 32n - 2n, absent: [0xffff, 0xffff] },
  bitfield32: { size: 2, min: 0n, max: 2n ** 32n - 2n, absent: [0xffff, 0xffff] },
  int64: { size: 4, min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n, absent: [0x8000, 0, 0, 0] },
  uint64: { size: 4, min: 0n, max: 2n ** 64n - 2n, absent: [0xffff, 0xffff, 0xffff, 0xffff] },
  acc64: { size: 4, min: 1n, max: 2n ** 64n - 1n, absent: [0, 0, 0, 0] },
  bitfield64: { size: 4, min: 0n, max: 2n ** 64n - 2n, absent: [0xffff, 0xffff, 0xffff, 0xffff] },
};
const SCALES = Array.from({ length: 21 }, (_, i) => i - 10);

function aPoint(type: string, size: number, isScaled = true): PointDefinition {
  const rows = [
    ['P', type, size, 'W', isScaled ? 'P_SF' : ''],
    ['P_SF', 'sunssf', 1],
  ] as const;
  const point = defineModel({ id: 1, name: 'm', label: 'm', points: rows }).byName.get('P');
  if (point === undefined) throw new Error('unreachable');
  return point;
}

const withScale = (words: Uint16Array, scale: number): Uint16Array => Uint16Array.from([...words, scale & 0xffff]);

/** Naive reference: the decimal literal of an integer shifted by a power of ten, read by the language itself. */
const literal = (raw: bigint, scale: number): number => Number(`${raw}e${scale}`);

describe('SunSpec points', () => {
  it.each(Object.entries(INTEGERS))(
    'C1 %s at every scale factor reads as raw x 10^SF and is written back to the same registers',
    (type, { size, min, max }) => {
      const point = aPoint(type, size);
      const plain = aPoint(type, size, false);
      for (const scale of SCALES) {
        fc.assert(
          fc.property(fc.bigInt({ min, max }), (raw) => {
            const words = encodePoint(plain, raw);
            const value = decodePoint(point, withScale(words, scale));
            if (typeof value === 'bigint') expect(value).toBe(raw * 10n ** BigInt(scale));
            else expect(value).toBe(literal(raw, scale));
            if (raw <= 2n ** 48n && raw >= -(2n ** 48n))
              expect([...encodePoint(point, value, scale)]).toEqual([...words]);
          }),
          { numRuns: 12 },
        );
      }
    },
  );

  it.each(Object.entries(INTEGERS))(
    'C1 %s: the registers of "not implemented" are missing at every scale factor and never written as a value',
    (type, { size, absent }) => {
      const point = aPoint(type, size);
      if (absent === undefined) return;
      expect([...absentWords(point)]).toEqual([...absent]);
      for (const scale of SCALES)
        expect(decodePoint(point, withScale(Uint16Array.from(absent), scale))).toBeUndefined();
      if (type.startsWith('acc')) return;
      const bits = BigInt(16 * size);
      const stored = absent.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
      const raw = type.startsWith('int') ? BigInt.asIntN(Number(bits), stored) : stored;
      expect(() => encodePoint(aPoint(type, size, false), raw)).toThrow(RangeError);
    },
  );

  it.each(Object.entries(INTEGERS))(
    'C1 %s is missing where its scale factor is not implemented or no scale factor',
    (type, { size }) => {
      for (const scale of [0x8000, 11, 0xfff5, 300]) {
        expect(
          decodePoint(aPoint(type, size), Uint16Array.from([...new Uint16Array(size).fill(1), scale])),
        ).toBeUndefined();
      }
    },
  );

  it('C1 every value in range is rounded to the decimals of its scale factor', () => {
    expect(decodePoint(aPoint('int16', 1), Uint16Array.of(3, 0xffff))).toBe(0.3);
    expect(applyScale(2301, -1)).toBe(230.1);
    expect(applyScale(4999, -2)).toBe(49.99);
  });

  it('C1 writes divide by the scale factor and round', () => {
    expect([...encodePoint(aPoint('uint16', 1), 230.14, -1)]).toEqual([2301]);
    expect([...encodePoint(aPoint('int16', 1), -12_345, 1)]).toEqual([0x10000 - 1234]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 40_000, -40_000])('refuses to write %s to an int16', (value) => {
    expect(() => encodePoint(aPoint('int16', 1), value, 0)).toThrow(RangeError);
  });

  it('refuses to write through a scale factor that is not implemented', () => {
    expect(() => encodePoint(aPoint('int16', 1), 5, -32_768)).toThrow(RangeError);
  });

  it('keeps 64-bit values beyond the safe integers exact', () => {
    const words = Uint16Array.of(0x7fff, 0xffff, 0xffff, 0xffff);
    expect(decodeRaw(aPoint('int64', 4, false), words)).toBe(2n ** 63n - 1n);
    expect(decodeRaw(aPoint('uint64', 4, false), Uint16Array.of(0, 0, 0, 9))).toBe(9);
  });

  it.each([
    ['float32', 2, 230.5],
    ['float64', 4, 0.1],
  ])('C1 %s: every NaN is missing, a number goes both ways', (type, size, value) => {
    const point = aPoint(type, size, false);
    expect(decodeRaw(point, encodePoint(point, value))).toBe(value);
    expect(decodeRaw(point, absentWords(point))).toBeUndefined();
    expect(
      decodeRaw(
        point,
        Uint16Array.from({ length: size }, () => 0xffff),
      ),
    ).toBeUndefined();
    expect(() => encodePoint(point, Number.NaN)).toThrow(RangeError);
  });

  it.each([
    { type: 'string', size: 4, text: 'SN-12', words: [0x534e, 0x2d31, 0x3200, 0] },
    { type: 'ipaddr', size: 2, text: '192.168.0.7', words: [0xc0a8, 0x0007] },
    { type: 'eui48', size: 4, text: '00:11:22:33:44:55', words: [0, 0x0011, 0x2233, 0x4455] },
    {
      type: 'ipv6addr',
      size: 8,
      text: 'fe80:0000:0000:0000:0000:0000:0000:0001',
      words: [0xfe80, 0, 0, 0, 0, 0, 0, 1],
    },
  ])('C1 $type reads as text and is missing where not implemented', ({ type, size, text, words }) => {
    const point = aPoint(type, size, false);
    expect(decodeRaw(point, Uint16Array.from(words))).toBe(text);
    expect(decodeRaw(point, absentWords(point))).toBeUndefined();
  });

  it('is missing where the device holds only a part of it', () => {
    expect(decodeRaw(aPoint('int32', 2, false), Uint16Array.of(1))).toBeUndefined();
    expect(decodeRaw(aPoint('int32' satisfies PointType, 2, false), Uint16Array.of(1, 1), 1)).toBeUndefined();
  });
});
