import type { PointType } from './model-definition.ts';

interface IntegerFormat {
  readonly kind: 'integer';
  readonly isSigned: boolean;
  /** Registers that mean "not implemented"; undefined where the type has none. */
  readonly absent: readonly number[] | undefined;
}
interface OtherFormat {
  readonly kind: 'float' | 'string' | 'address' | 'pad';
}

const signed = (...absent: number[]): IntegerFormat => ({ kind: 'integer', isSigned: true, absent });
const unsigned = (...absent: number[]): IntegerFormat => ({ kind: 'integer', isSigned: false, absent });

/** How each type is laid out and what it says where a point is not implemented (SunSpec information model, table of types). */
export const POINT_FORMATS: Readonly<Record<PointType, IntegerFormat | OtherFormat>> = {
  int16: signed(0x8000),
  int32: signed(0x8000, 0),
  int64: signed(0x8000, 0, 0, 0),
  uint16: unsigned(0xffff),
  uint32: unsigned(0xffff, 0xffff),
  uint64: unsigned(0xffff, 0xffff, 0xffff, 0xffff),
  acc16: unsigned(0),
  acc32: unsigned(0, 0),
  acc64: unsigned(0, 0, 0, 0),
  enum16: unsigned(0xffff),
  enum32: unsigned(0xffff, 0xffff),
  bitfield16: unsigned(0xffff),
  bitfield32: unsigned(0xffff, 0xffff),
  bitfield64: unsigned(0xffff, 0xffff, 0xffff, 0xffff),
  sunssf: signed(0x8000),
  count: { kind: 'integer', isSigned: false, absent: undefined },
  float32: { kind: 'float' },
  float64: { kind: 'float' },
  string: { kind: 'string' },
  ipaddr: { kind: 'address' },
  ipv6addr: { kind: 'address' },
  eui48: { kind: 'address' },
  pad: { kind: 'pad' },
};

/** Largest power of ten a scale factor may hold; anything beyond is treated as absent. */
const MAX_SCALE = 10;

const POWERS_OF_TEN = Array.from({ length: MAX_SCALE + 1 }, (_, exponent) => Number(`1e${exponent}`));

export function powerOfTen(exponent: number): number {
  const power = POWERS_OF_TEN[exponent];
  if (power === undefined) throw new RangeError(`power of ten ${exponent}: use 0 to ${MAX_SCALE}`);
  return power;
}

/** True for a usable scale factor: an integer from -10 to +10. */
export function isScale(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_SCALE;
}

/** True where the registers at `at` are those of "not implemented". */
export function isAbsent(absent: readonly number[] | undefined, words: ArrayLike<number>, at: number): boolean {
  return absent !== undefined && absent.every((word, i) => words[at + i] === word);
}
