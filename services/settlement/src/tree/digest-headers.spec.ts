import { encodeHeader, type IntervalHeader } from '@wattmesh/contracts';
import { AbiCoder, dataSlice, keccak256 } from 'ethers';
import { describe, expect, it } from 'vitest';
import { digestHeaders } from './digest-headers.ts';

const preliminary: IntervalHeader = {
  intervalStart: '2026-07-06T12:00:00.000Z',
  run: 'preliminary',
  tradeCount: 2,
  leafCount: 5,
  sharedWh: 1234,
  priceMicroPerKwh: -5_000,
  root: `0x${'1a'.repeat(32)}`,
  dataHash: `0x${'2b'.repeat(32)}`,
};
const final: IntervalHeader = { ...preliminary, run: 'final', root: `0x${'3c'.repeat(32)}` };

describe('digestHeaders', () => {
  it('chains the headers of an interval as the contract does', () => {
    const types = ['uint256', ...'uint64 uint16 uint32 uint32 uint64 int64 bytes32 bytes32'.split(' ')];
    const chained = [preliminary, final].reduce(
      (previous, header) =>
        dataSlice(
          keccak256(AbiCoder.defaultAbiCoder().encode(types, [previous, ...Object.values(encodeHeader(header))])),
          6,
        ),
      '0x00',
    );
    expect(digestHeaders([preliminary, final])).toBe(chained);
  });

  it('changes with every field, with the order and with a header left out', () => {
    const changes: IntervalHeader[][] = [
      [preliminary],
      [final, preliminary],
      ...Object.entries(final).map(([field, value]) => [
        preliminary,
        { ...final, [field]: typeof value === 'number' ? value + 1 : OTHER[field as keyof typeof OTHER] },
      ]),
    ];
    const digests = [[preliminary, final], ...changes].map(digestHeaders);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

const OTHER = {
  intervalStart: '2026-07-06T12:15:00.000Z',
  run: 'correction-1',
  root: preliminary.dataHash,
  dataHash: preliminary.root,
};
