import type { AccountRow } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { checkLine, type LineCase, type LineClaim } from './check-line.ts';
import type { MemberProofs, ProvenLeaf } from './evidence.ts';

const anAccount = (fields: Partial<AccountRow> = {}): AccountRow => ({
  memberId: 'home-1',
  importWh: 1_100,
  exportWh: 0,
  boughtWh: 400,
  soldWh: 0,
  residualImportWh: 700,
  residualExportWh: 0,
  tradeMicro: 68_000,
  supplyMicro: 210_000,
  mandateHash: `0x${'0'.repeat(64)}`,
  ...fields,
});
const place = { chainId: 1, settlement: '0x', communityId: 'village', interval: 1, run: 0, index: 0, salt: '0x' };
const leafOf = (leaf: ProvenLeaf['leaf']): ProvenLeaf => ({ place, leaf, hash: '0x', siblings: [] });
const proofsOf = (account: AccountRow, ...trades: object[]): MemberProofs => ({
  root: '0x',
  leafCount: 2,
  tradeCount: 1,
  history: [],
  leaves: [
    ...trades.map((fields) => leafOf({ kind: 'trade', fields } as ProvenLeaf['leaf'])),
    leafOf({ kind: 'account', fields: account }),
  ],
});

const trade = {
  sellerMemberId: 'home-2',
  buyerMemberId: 'home-1',
  energyWh: 400,
  priceMicroPerKwh: 150_000,
  amountMicro: 60_000,
};
const bought: LineClaim = {
  run: 'preliminary',
  kind: 'bought',
  matter: 'bought',
  energyWh: 400,
  priceMicroPerKwh: 170_000,
  amountMicro: 68_000,
  counterpartyMemberId: 'home-2',
};
const supply: LineClaim = { run: 'preliminary', kind: 'supply', energyWh: 700, amountMicro: 210_000 };
const given: LineCase = {
  memberId: 'home-1',
  line: bought,
  lines: [bought, supply],
  proofs: proofsOf(anAccount(), trade),
};
const judge = (change: Partial<LineCase>) => checkLine({ ...given, ...change }).step;
const withLine = (line: LineClaim): Partial<LineCase> => ({ line, lines: [line, supply] });

describe('checkLine', () => {
  it('holds a purchase to its trade, and its charges to the account row', () => {
    expect(judge({})).toMatchObject({ verdict: 'proven', reason: 'chargesIncluded' });
    expect(checkLine(given).evidence.map((each) => each.leaf.leaf.kind)).toEqual(['trade', 'account']);
  });

  it('holds a sale to its trade to the micro-unit', () => {
    const sold: LineClaim = {
      ...bought,
      kind: 'sold',
      matter: 'sold',
      priceMicroPerKwh: 150_000,
      amountMicro: -60_000,
      counterpartyMemberId: 'home-1',
    };
    const seller = anAccount({ memberId: 'home-2', tradeMicro: -60_000 });
    const sale = { memberId: 'home-2', line: sold, lines: [sold], proofs: proofsOf(seller, trade) };
    expect(judge(sale)).toMatchObject({ verdict: 'proven', reason: 'lineProven' });
    for (const change of [{ amountMicro: -59_999 }, { priceMicroPerKwh: 150_001 }, { energyWh: 401 }]) {
      const line = { ...sold, ...change };
      expect(judge({ ...sale, line, lines: [line] }).verdict).toBe('refused');
    }
    const less = { ...sold, amountMicro: -59_999 };
    const more = { ...sold, counterpartyMemberId: 'home-3', amountMicro: -1 };
    expect(judge({ ...sale, line: less, lines: [less, more] }).verdict).toBe('refused');
  });

  it('refuses another energy, amount or counterparty, and a price below the seller’s', () => {
    expect(judge(withLine({ ...bought, energyWh: 401 })).verdict).toBe('refused');
    expect(judge(withLine({ ...bought, amountMicro: 68_001 })).verdict).toBe('refused');
    expect(judge(withLine({ ...bought, priceMicroPerKwh: 149_999 })).verdict).toBe('refused');
    expect(judge(withLine({ ...bought, counterpartyMemberId: 'home-3' }))).toMatchObject({ reason: 'noLeaf' });
  });

  it('refuses a line too many and a line too few', () => {
    expect(judge({ lines: [bought, bought, supply] }).verdict).toBe('refused');
    expect(judge({ line: supply, lines: [bought] }).verdict).toBe('refused');
  });

  it('holds supply to what the neighbours left', () => {
    expect(judge({ line: supply }).verdict).toBe('proven');
    const less = { ...supply, energyWh: 699 };
    expect(judge({ line: less, lines: [bought, less] }).verdict).toBe('refused');
  });

  it('holds a correction to the difference of two account rows, both of them to be proven', () => {
    const correction: LineClaim = { run: 'final', kind: 'correction', matter: 'supply', amountMicro: 15_000 };
    const later: Partial<LineCase> = {
      line: correction,
      lines: [correction],
      proofs: proofsOf(anAccount({ supplyMicro: 225_000 })),
      before: { run: 'preliminary', proofs: given.proofs },
    };
    expect(judge(later).verdict).toBe('proven');
    expect(checkLine({ ...given, ...later }).evidence.map((each) => each.run)).toEqual(['final', 'preliminary']);
    const more = { ...correction, amountMicro: 15_001 };
    expect(judge({ ...later, line: more, lines: [more] }).verdict).toBe('refused');
    expect(judge({ ...later, before: undefined })).toMatchObject({ verdict: 'open', reason: 'noEarlierRun' });
  });
});
