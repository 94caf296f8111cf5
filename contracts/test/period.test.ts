import { keccak256 } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import {
  CAP,
  DEPOSIT,
  FIRST,
  aBatch,
  aHeader,
  balanceOf,
  commitIntervals,
  consent,
  deployVillage,
  expectSolvency,
  mined,
  resettable,
  revertOf,
  warp,
  type Village,
} from './village.ts';

describe('a settlement period', () => {
  let chain: TestChain;
  let village: Village;
  let reset: () => Promise<void>;

  beforeAll(async () => {
    chain = await startTestChain();
    village = await deployVillage(chain, { windowIntervals: 2 });
    reset = await resettable(village);
  });
  afterAll(() => chain.close());
  beforeEach(() => reset());
  afterEach(() => expectSolvency(village));

  const pays = aBatch({ 0: -100, 1: 60, 2: 40 });
  const opening = (...args: unknown[]) => revertOf(village.settlement.openPeriod.staticCall(...args));
  const executing = (...args: unknown[]) => revertOf(village.settlement.execute.staticCall(...args));
  const openAndWait = async (batch: { packed: string; netHash: string }) => {
    await mined(village.settlement.openPeriod(1, FIRST, 4, batch.netHash));
    const { newestInterval } = await village.settlement.progress();
    await commitIntervals(village, 2, Number(newestInterval) + 1 - FIRST);
  };

  beforeEach(async () => {
    await commitIntervals(village, 4);
  });

  it('moves the netted amounts of who consented', async () => {
    const fresh = await deployVillage(chain, {});
    await consent(fresh, 0);
    await commitIntervals(fresh, 4);
    await mined(fresh.settlement.openPeriod(1, FIRST, 4, pays.netHash));
    await mined(fresh.as(fresh.walletOf(2)).execute(1, FIRST, 4, pays.packed));
    expect(await Promise.all([0, 1, 2].map((i) => balanceOf(fresh, i)))).toEqual([
      DEPOSIT - 100n,
      DEPOSIT + 60n,
      DEPOSIT + 40n,
    ]);
    expect((await fresh.settlement.progress()).executedSeq).toBe(1n);
    expect(await revertOf(fresh.settlement.execute.staticCall(1, FIRST, 4, pays.packed))).toBe(
      'Settlement__WrongSequence',
    );
  });

  it('is opened by the operator, in sequence, without overlap, over committed intervals', async () => {
    expect(await revertOf(village.as(village.walletOf(0)).openPeriod.staticCall(1, FIRST, 4, pays.netHash))).toBe(
      'AccessControlUnauthorizedAccount',
    );
    expect(await opening(0, FIRST, 4, pays.netHash)).toBe('Settlement__WrongSequence');
    expect(await opening(2, FIRST, 4, pays.netHash)).toBe('Settlement__WrongSequence');
    expect(await opening(1, FIRST, 0, pays.netHash)).toBe('Settlement__BadPeriod');
    expect(await opening(1, FIRST, 2977, pays.netHash)).toBe('Settlement__BadPeriod');
    expect(await opening(1, 0, 4, pays.netHash)).toBe('Settlement__BadPeriod');
    expect(await opening(1, FIRST - 1, 4, pays.netHash)).toBe('Settlement__PeriodOverlaps');
    expect(await opening(1, FIRST, 5, pays.netHash)).toBe('Settlement__PeriodNotCommitted');
    expect(await opening(1, 2n ** 64n - 4n, 4, pays.netHash)).toBe('Settlement__PeriodNotCommitted');
    await mined(village.settlement.openPeriod(1, FIRST, 1, pays.netHash));
    expect(await opening(2, FIRST + 1, 1, pays.netHash), 'a short period does not bring the next one forward').toBe(
      'Settlement__PeriodOverlaps',
    );
    await commitIntervals(village, 6, 4);
    await mined(village.settlement.openPeriod(2, FIRST + 4, 6, pays.netHash));
    expect(await opening(3, FIRST + 8, 1, pays.netHash), 'nor does a long one').toBe('Settlement__PeriodOverlaps');
  });

  it('lets at most 32 periods be open', async () => {
    await commitIntervals(village, 130, 4);
    for (let seq = 1; seq <= 32; seq += 1)
      await mined(village.settlement.openPeriod(seq, FIRST + 4 * (seq - 1), 4, pays.netHash));
    expect(await opening(33, FIRST + 128, 4, pays.netHash)).toBe('Settlement__TooManyOpenPeriods');
    await mined(village.settlement.revokePeriod(1));
    const { openedSeq, nextStart } = await village.settlement.progress();
    expect([openedSeq, nextStart]).toEqual([0n, BigInt(FIRST)]);
  });

  it('I7 executes only after the window, counted in committed intervals', async () => {
    const empty = aBatch({});
    await mined(village.settlement.openPeriod(1, FIRST, 4, empty.netHash));
    expect(await executing(1, FIRST, 4, empty.packed)).toBe('Settlement__WindowOpen');
    await commitIntervals(village, 1, 4);
    await mined(village.settlement.commit([aHeader(4, { run: 1n }), aHeader(0, { run: 1n })]));
    await warp(chain, 100_000);
    expect(await executing(1, FIRST, 4, empty.packed)).toBe('Settlement__WindowOpen');
    await commitIntervals(village, 1, 5);
    expect(await executing(1, FIRST, 4, empty.packed)).toBe('none');
  });

  it('I2 executes in sequence and exactly what was announced', async () => {
    await consent(village, 0);
    await openAndWait(pays);
    expect(await executing(2, FIRST, 4, pays.packed)).toBe('Settlement__WrongSequence');
    expect(await executing(1, FIRST, 3, pays.packed)).toBe('Settlement__WrongBatch');
    expect(await executing(1, FIRST + 1, 4, pays.packed)).toBe('Settlement__WrongBatch');
    expect(await executing(1, FIRST, 4, aBatch({ 0: -101, 1: 61, 2: 40 }).packed)).toBe('Settlement__WrongBatch');
    expect(await executing(1, FIRST, 4, `${pays.packed}${'00'.repeat(24)}`)).toBe('Settlement__WrongBatch');
    expect(await revertOf(village.settlement.execute.staticCall(1, FIRST, 4, '0x'))).toBe('Settlement__WrongBatch');
    const unopened = await deployVillage(chain);
    expect(await revertOf(unopened.settlement.execute.staticCall(1, FIRST, 4, pays.packed))).toBe(
      'Settlement__NotOpen',
    );
  });

  describe('refuses', () => {
    const raw = (packed: string) => ({ packed, netHash: keccak256(packed) });
    const int48 = (value: number) => BigInt.asUintN(48, BigInt(value)).toString(16).padStart(12, '0');
    const ofLanes = (...values: number[]) => raw(`0x${values.map(int48).join('')}`);

    it.each([
      ['amounts that do not sum to zero', ofLanes(-100, 101, 0, 0), 'Settlement__NotZeroSum'],
      ['amounts that make money', ofLanes(-100, 200, 0, 0), 'Settlement__NotZeroSum'],
      ['amounts that lose money', ofLanes(-100, 0, 0, 0), 'Settlement__NotZeroSum'],
      ['a credit to nobody', ofLanes(-100, 0, 0, 100), 'Settlement__UnknownMember'],
      ['a credit to nobody in a later group', ofLanes(-100, 0, 0, 0, 0, 100, 0, 0), 'Settlement__UnknownMember'],
      ['a debit from nobody', ofLanes(100, 0, 0, -100), 'Settlement__UnknownMember'],
      ['I4 a debit one above the mandate', ofLanes(-Number(CAP) - 1, Number(CAP) + 1, 0, 0), 'Settlement__OverMandate'],
      ['I4 any debit of who signed nothing', ofLanes(1, -1, 0, 0), 'Settlement__OverMandate'],
      ['the most negative amount', ofLanes(-(2 ** 47), 0, 0, 0), 'Settlement__OverMandate'],
      ['a batch that is cut off', raw(`0x${int48(-5)}${int48(5)}`), 'Settlement__BadBatchLength'],
    ])('%s', async (_, batch, name) => {
      await reset();
      await consent(village, 0);
      await commitIntervals(village, 4);
      await openAndWait(batch);
      expect(await executing(1, FIRST, 4, batch.packed)).toBe(name);
    });

    it('a debit larger than the balance, and a credit that overflows', async () => {
      await reset();
      await consent(village, 0, { capMicroPerPeriod: 2 * Number(DEPOSIT) });
      await consent(village, 1, { capMicroPerPeriod: 2 * Number(DEPOSIT) });
      await commitIntervals(village, 4);
      await openAndWait(aBatch({ 0: -Number(DEPOSIT) - 1, 2: Number(DEPOSIT) + 1 }));
      expect(await executing(1, FIRST, 4, aBatch({ 0: -Number(DEPOSIT) - 1, 2: Number(DEPOSIT) + 1 }).packed)).toBe(
        'Settlement__InsufficientBalance',
      );
      await mined(village.settlement.revokePeriod(1));
      await mined(village.token.mint(village.operator.address, 2n ** 64n));
      await mined(village.settlement.deposit(2, 2n ** 64n - 1n - DEPOSIT));
      await openAndWait(aBatch({ 0: -1, 2: 1 }));
      expect(await executing(1, FIRST, 4, aBatch({ 0: -1, 2: 1 }).packed)).toBe('Settlement__BalanceOverflow');
    });

    it('I4 a debit under a mandate that ends within the period, or that began after it', async () => {
      await reset();
      await consent(village, 0, { expiresAt: '2026-05-07T00:45:00.000Z' });
      await consent(village, 1, { expiresAt: '2026-05-07T01:00:00.000Z' });
      await commitIntervals(village, 4);
      await consent(village, 2);
      const codes = [];
      for (const payer of [0, 1, 2]) {
        const batch = aBatch({ [payer]: -5, [(payer + 1) % 3]: 5 });
        await openAndWait(batch);
        codes.push(await executing(1, FIRST, 4, batch.packed));
        await mined(village.settlement.revokePeriod(1));
      }
      expect(codes).toEqual(['Settlement__MandateExpired', 'none', 'Settlement__BeforeConsent']);
    });
  });

  it('takes the full mandate, to the unit, down to an empty account', async () => {
    await reset();
    await consent(village, 0, { capMicroPerPeriod: Number(DEPOSIT) });
    await commitIntervals(village, 4);
    await openAndWait(aBatch({ 0: -Number(DEPOSIT), 2: Number(DEPOSIT) }));
    await mined(village.settlement.execute(1, FIRST, 4, aBatch({ 0: -Number(DEPOSIT), 2: Number(DEPOSIT) }).packed));
    expect(await balanceOf(village, 0)).toBe(0n);
  });

  it('I10 goes on after a batch that cannot execute: it is taken back with all later ones', async () => {
    await consent(village, 0);
    await commitIntervals(village, 8, 4);
    await mined(village.settlement.openPeriod(1, FIRST + 4, 4, pays.netHash));
    await mined(village.settlement.openPeriod(2, FIRST + 8, 4, pays.netHash));
    await mined(village.as(village.walletOf(0)).requestExit(0, DEPOSIT));
    await commitIntervals(village, 2, 12);
    expect(await executing(1, FIRST + 4, 4, pays.packed)).toBe('Settlement__InsufficientBalance');
    expect(await revertOf(village.as(village.walletOf(0)).revokePeriod.staticCall(1))).toBe(
      'AccessControlUnauthorizedAccount',
    );
    expect(await revertOf(village.settlement.revokePeriod.staticCall(3))).toBe('Settlement__NotOpen');
    await mined(village.settlement.pause());
    await mined(village.settlement.revokePeriod(1));
    await mined(village.settlement.unpause());
    expect(await executing(1, FIRST + 4, 4, pays.packed)).toBe('Settlement__NotOpen');
    const empty = aBatch({});
    await mined(village.settlement.openPeriod(1, FIRST + 4, 4, empty.netHash));
    await commitIntervals(village, 2, 14);
    expect(await executing(1, FIRST + 4, 4, pays.packed)).toBe('Settlement__WrongBatch');
    await mined(village.settlement.execute(1, FIRST + 4, 4, empty.packed));
    expect(await revertOf(village.settlement.revokePeriod.staticCall(1)), 'what has executed stays').toBe(
      'Settlement__NotOpen',
    );
  });

  it('frees the intervals of the periods it takes back, no others', async () => {
    await commitIntervals(village, 8, 4);
    await mined(village.settlement.openPeriod(1, FIRST, 4, pays.netHash));
    await mined(village.settlement.openPeriod(2, FIRST + 4, 4, pays.netHash));
    await mined(village.settlement.openPeriod(3, FIRST + 8, 4, pays.netHash));
    await mined(village.settlement.revokePeriod(2));
    const { openedSeq, nextStart } = await village.settlement.progress();
    expect([openedSeq, nextStart]).toEqual([1n, BigInt(FIRST + 4)]);
  });
});
