import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { EnergyWh, Id, Instant, IntervalStart, P256Signature, Run } from './quantities.ts';

function accepts(schema: z.ZodType, candidate: unknown): boolean {
  return schema.safeParse(candidate).success;
}

describe('quantities', () => {
  it.each([
    ['home-1', true],
    ['a'.repeat(31), true],
    ['a'.repeat(32), false],
    ['Home-1', false],
    ['home--1', false],
    ['-home', false],
    ['', false],
  ])('an id fits a bytes32 and is lower-kebab: %s is %s', (id, isValid) => {
    expect(accepts(Id, id)).toBe(isValid);
  });

  it('C7 an interval starts on a UTC quarter, whatever the zone', () => {
    expect(accepts(IntervalStart, '2026-07-01T12:15:00Z')).toBe(true);
    expect(accepts(IntervalStart, '2026-07-01T12:15:00.000Z')).toBe(true);
    expect(accepts(IntervalStart, '2026-07-01T12:10:00Z')).toBe(false);
    expect(accepts(IntervalStart, '2026-07-01T12:15:00.001Z')).toBe(false);
  });

  it('an instant is UTC and says so', () => {
    expect(accepts(Instant, '2026-07-01T12:15:00+02:00')).toBe(false);
    expect(accepts(Instant, '2026-07-01 12:15:00')).toBe(false);
  });

  it('energy is a whole, safe, unsigned number of Wh', () => {
    expect([0, 5, Number.MAX_SAFE_INTEGER].every((wh) => accepts(EnergyWh, wh))).toBe(true);
    expect([-1, 0.5, Number.NaN, 2 ** 64, '5', null].some((wh) => accepts(EnergyWh, wh))).toBe(false);
  });

  it('runs are preliminary, final and numbered corrections', () => {
    expect(['preliminary', 'final', 'correction-1', 'correction-12'].every((run) => accepts(Run, run))).toBe(true);
    expect(['correction-0', 'correction', 'Final', ''].some((run) => accepts(Run, run))).toBe(false);
  });

  it('a P-256 signature is 64 bytes in lower-case hexadecimal', () => {
    expect(accepts(P256Signature, `0x${'ab'.repeat(64)}`)).toBe(true);
    expect(accepts(P256Signature, `0x${'ab'.repeat(65)}`)).toBe(false);
    expect(accepts(P256Signature, `0x${'AB'.repeat(64)}`)).toBe(false);
  });
});
