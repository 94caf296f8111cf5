import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashLeaf, type LeafPlace } from './hash-leaf.ts';

const place: LeafPlace = {
  chainId: 31_337,
  settlement: `0x${'ab'.repeat(20)}`,
  communityId: 'village',
  interval: 1_667_000,
  run: 1,
  index: 3,
  salt: `0x${'5a'.repeat(16)}`,
};
const trade = {
  sellerMemberId: 'home-1',
  buyerMemberId: 'home-2',
  energyWh: 250,
  priceMicroPerKwh: 150_000,
  amountMicro: 37_500,
};

describe('hashLeaf', () => {
  it('C15 binds energy to its interval, run, community, contract and chain: a kWh of noon proves nothing at midnight', () => {
    const leaf = { kind: 'trade', fields: trade } as const;
    const elsewhere: LeafPlace[] = [
      { ...place, interval: place.interval + 48 },
      { ...place, run: 0 },
      { ...place, communityId: 'hamlet' },
      { ...place, settlement: `0x${'cd'.repeat(20)}` },
      { ...place, chainId: 1 },
      { ...place, index: 4 },
      { ...place, salt: `0x${'5b'.repeat(16)}` },
    ];
    const hashes = [place, ...elsewhere].map((at) => hashLeaf(at, leaf));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('changes with every field of a trade', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: -1e9, max: 1e9 }), (energyWh, amountMicro) => {
        const changed = { ...trade, energyWh, amountMicro };
        const isSame = energyWh === trade.energyWh && amountMicro === trade.amountMicro;
        const [one, other] = [trade, changed].map((fields) => hashLeaf(place, { kind: 'trade', fields }));
        expect(one === other).toBe(isSame);
      }),
    );
  });

  it('refuses an id that does not fit its word and a number that is no whole number', () => {
    expect(() => hashLeaf(place, { kind: 'trade', fields: { ...trade, sellerMemberId: 'x'.repeat(32) } })).toThrow(
      RangeError,
    );
    expect(() => hashLeaf(place, { kind: 'trade', fields: { ...trade, energyWh: 0.5 } })).toThrow(RangeError);
  });
});
