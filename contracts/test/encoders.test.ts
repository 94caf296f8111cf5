import { ZeroHash } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeHeader,
  encodeMandate,
  intervalNumber,
  intervalStartOfNumber,
  mandateExpiryInterval,
  packDeltas,
  runNumber,
  runOfNumber,
} from '../src/index.ts';
import { aMandate } from './village.ts';

/** Naive reader of a batch. */
function unpack(packed: string): bigint[] {
  return (packed.slice(2).match(/.{12}/g) ?? []).map((hex) => BigInt.asIntN(48, BigInt(`0x${hex}`)));
}

describe('packDeltas', () => {
  it('reads back as the amounts it was given', () => {
    const amounts = fc.array(fc.bigInt(-(2n ** 40n), 2n ** 40n), { maxLength: 40 });
    fc.assert(
      fc.property(amounts, (values) => {
        const sum = values.reduce((total, value) => total + value, 0n);
        const balanced = [...values, -sum];
        const packed = unpack(packDeltas(new Map(balanced.map((value, index) => [index, value]))));
        expect(packed.slice(0, balanced.length)).toEqual(balanced.slice(0, packed.length));
        expect(packed.length % 4).toBe(0);
        expect(packed.slice(balanced.length).every((value) => value === 0n)).toBe(true);
      }),
    );
  });

  it('leaves out members after the last amount', () => {
    expect(packDeltas(new Map([[900, 0n]]))).toBe('0x');
  });

  it.each([
    ['amounts that do not sum to zero', [[0, 1n]]],
    [
      'an amount of more than 48 bits',
      [
        [0, 2n ** 47n],
        [1, -(2n ** 47n)],
      ],
    ],
    [
      'a negative index',
      [
        [-1, 1n],
        [0, -1n],
      ],
    ],
    [
      'a fractional index',
      [
        [0.5, 1n],
        [1, -1n],
      ],
    ],
  ] as [string, [number, bigint][]][])('refuses %s', (_, deltas) => {
    expect(() => packDeltas(new Map(deltas))).toThrow(RangeError);
  });
});

describe('numbers on chain', () => {
  it.each([
    ['preliminary', 0],
    ['final', 1],
    ['correction-1', 2],
    ['correction-65534', 65_535],
  ])('numbers the run %s as %i and back', (run, number) => {
    expect(runNumber(run)).toBe(number);
    expect(runOfNumber(number)).toBe(run);
  });

  it.each(['', 'correction-0', 'correction-01', 'correction-65535', 'Final'])('refuses the run "%s"', (run) => {
    expect(() => runNumber(run)).toThrow(RangeError);
  });

  it('numbers intervals by Unix seconds / 900 and back', () => {
    expect(intervalNumber('2026-05-07T00:15:00.000Z')).toBe(1_975_681);
    expect(intervalStartOfNumber(1_975_681)).toBe('2026-05-07T00:15:00.000Z');
    expect(() => intervalNumber('2026-05-07T00:15:01.000Z')).toThrow(RangeError);
    expect(() => intervalNumber('yesterday')).toThrow(RangeError);
  });

  it('encodes a header with a negative price', () => {
    const header = {
      intervalStart: '2026-05-07T00:15:00.000Z',
      run: 'correction-1',
      tradeCount: 2,
      leafCount: 5,
      sharedWh: 7,
    };
    expect(encodeHeader({ ...header, priceMicroPerKwh: -3, root: ZeroHash, dataHash: ZeroHash })).toMatchObject({
      interval: 1_975_681n,
      run: 2n,
      priceMicroPerKwh: -3n,
    });
  });

  it('counts whole seconds and whole intervals of a mandate', () => {
    const mandate = aMandate({ expiresAt: '2026-05-07T00:29:59.999Z' });
    expect(encodeMandate(mandate).expiresAt).toBe(1_778_113_799n);
    expect(mandateExpiryInterval(mandate)).toBe(1_975_681);
  });
});
