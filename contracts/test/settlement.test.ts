import { ZeroAddress, ZeroHash, encodeBytes32String, keccak256 } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ContractFactory } from 'ethers';
import { settlementAbi } from '../src/index.ts';
import { settlementBytecode } from '../src/generated/settlement.ts';
import type { TestChain } from '../src/test-chain.link.ts';
import {
  CAP,
  DEPOSIT,
  FIRST,
  START,
  aBatch,
  aHeader,
  balanceOf,
  commitIntervals,
  consent,
  debtAndFunds,
  deployVillage,
  mined,
  resettable,
  revertOf,
  startChain,
  type Village,
} from './village.ts';

const RING = 8_192;
const PAUSE_S = 72 * 3600;

describe('settlement', () => {
  let chain: TestChain;
  let village: Village;
  let reset: () => Promise<void>;

  beforeAll(async () => {
    chain = await startChain();
    village = await deployVillage(chain, { windowIntervals: 2 });
    reset = await resettable(village);
  });
  afterAll(() => chain.close());
  beforeEach(() => reset());
  afterEach(async () => {
    const [debt, funds] = await debtAndFunds(village);
    expect(funds, 'I1 the contract holds what it owes').toBe(debt);
  });

  const warp = async (seconds: number) => {
    await chain.provider.request({ method: 'evm_increaseTime', params: [seconds] });
    await chain.provider.request({ method: 'evm_mine', params: [] });
  };

  describe('deployment', () => {
    const deploying = async (terms: unknown[], places: string[] = []) => {
      const { registry, token } = village.contracts;
      const factory = new ContractFactory(settlementAbi, settlementBytecode, village.operator);
      const [r = registry, t = token, admin = village.operator.address, operator = village.operator.address] = places;
      return revertOf(chain.ethers.call(await factory.getDeployTransaction(r, t, admin, operator, terms)));
    };
    const community = encodeBytes32String('village');

    it('holds its terms to bounds', async () => {
      expect(await deploying([community, 1, 288, 2976, false])).toBe('none');
      expect(await deploying([community, 1, 289, 1, false])).toBe('Settlement__BadWindow');
      expect(await deploying([community, 1, 0, 0, false])).toBe('Settlement__BadPeriodLength');
      expect(await deploying([community, 1, 0, 2977, false])).toBe('Settlement__BadPeriodLength');
      expect(await deploying([community, 0, 0, 1, false])).toBe('Settlement__BadTerms');
      expect(await deploying([community, 2 ** 31, 0, 1, false])).toBe('Settlement__BadTerms');
      expect(await deploying([ZeroHash, 1, 0, 1, false])).toBe('Settlement__BadTerms');
    });

    it('needs contracts and keys', async () => {
      const terms = [community, 1, 0, 1, false];
      const wallet = village.walletOf(0).address;
      const { registry, token } = village.contracts;
      expect(await deploying(terms, [wallet])).toBe('Settlement__NotAContract');
      expect(await deploying(terms, [registry, wallet])).toBe('Settlement__NotAContract');
      expect(await deploying(terms, [registry, token, ZeroAddress])).toBe('Settlement__ZeroAddress');
      expect(await deploying(terms, [registry, token, wallet, ZeroAddress])).toBe('Settlement__ZeroAddress');
    });
  });

  describe('commit', () => {
    const committing = (...headers: object[]) => revertOf(village.settlement.commit.staticCall(headers));

    it("is the operator's", async () => {
      expect(await revertOf(village.as(village.walletOf(0)).commit.staticCall([aHeader(0)]))).toBe(
        'AccessControlUnauthorizedAccount',
      );
      expect(await committing()).toBe('Settlement__NoHeaders');
    });

    it('I2 refuses a repeat and any run that does not rise', async () => {
      await mined(village.settlement.commit([aHeader(0, { run: 1n })]));
      expect(await committing(aHeader(0, { run: 1n }))).toBe('Settlement__RunNotRising');
      expect(await committing(aHeader(0, { run: 0n }))).toBe('Settlement__RunNotRising');
      expect(await committing(aHeader(0, { run: 2n }))).toBe('none');
      expect(await committing(aHeader(1), aHeader(1))).toBe('Settlement__RunNotRising');
      expect(await committing(aHeader(1), aHeader(0, { run: 2n }), aHeader(1, { run: 9n }))).toBe('none');
    });

    it('refuses a header that cannot be', async () => {
      expect(await committing(aHeader(0, { tradeCount: 2n }))).toBe('Settlement__BadHeader');
      expect(await committing(aHeader(0, { root: ZeroHash }))).toBe('Settlement__BadHeader');
      expect(await committing(aHeader(0, { leafCount: 0n }))).toBe('Settlement__BadHeader');
      expect(await committing(aHeader(-1))).toBe('Settlement__BadHeader');
      expect(await committing(aHeader(0, { interval: 2n ** 31n }))).toBe('Settlement__BadHeader');
      expect(await committing(aHeader(0, { leafCount: 0n, root: ZeroHash }))).toBe('none');
    });

    it('takes intervals in any order within the ring and counts each once', async () => {
      await mined(
        village.settlement.commit([aHeader(5), aHeader(3), aHeader(5, { run: 1n }), aHeader(3, { run: 4n })]),
      );
      const { newestInterval, committedIntervals } = await village.settlement.progress();
      expect([newestInterval, committedIntervals]).toEqual([BigInt(FIRST + 5), 2n]);
      expect((await village.settlement.committedRun(FIRST + 3)).toArray().slice(0, 2)).toEqual([true, 4n]);
      expect((await village.settlement.committedRun(FIRST + 4)).isCommitted).toBe(false);
      expect((await village.settlement.committedRun(0)).isCommitted).toBe(false);
    });

    it('never takes back a word of the ring from a newer interval, nor runs further ahead than the ring', async () => {
      await mined(village.settlement.commit([aHeader(0)]));
      expect(await committing(aHeader(RING + 1))).toBe('Settlement__IntervalTooFarAhead');
      await mined(village.settlement.commit([aHeader(RING)]));
      expect(await committing(aHeader(0, { run: 1n }))).toBe('Settlement__IntervalTooOld');
      expect((await village.settlement.committedRun(FIRST)).isCommitted).toBe(false);
    });

    it('waits for the end of an interval where time is real', async () => {
      const now = (await chain.ethers.getBlock('latest'))!.timestamp;
      const current = Math.floor(now / 900);
      const real = await deployVillage(chain, { isRealTime: true, startsAt: START });
      await mined(real.settlement.commit([aHeader(0, { interval: BigInt(current - 1) })]));
      const calling = () => revertOf(real.settlement.commit.staticCall([aHeader(0, { interval: BigInt(current) })]));
      expect(await calling()).toBe('Settlement__IntervalNotOver');
      await warp((current + 1) * 900 - now);
      expect(await calling()).toBe('none');
    });
  });

  describe('period', () => {
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
      await warp(100_000);
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
        [
          'I4 a debit one above the mandate',
          ofLanes(-Number(CAP) - 1, Number(CAP) + 1, 0, 0),
          'Settlement__OverMandate',
        ],
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

  describe('pause', () => {
    it('stops commit, opening and execution, and ends by itself', async () => {
      await commitIntervals(village, 4);
      await mined(village.settlement.pause());
      const calls = () => [
        village.settlement.commit.staticCall([aHeader(9)]),
        village.settlement.openPeriod.staticCall(1, FIRST, 4, ZeroHash),
        village.settlement.execute.staticCall(1, FIRST, 4, '0x'),
      ];
      expect(await Promise.all(calls().map(revertOf))).toEqual([
        'Settlement__IsPaused',
        'Settlement__IsPaused',
        'Settlement__IsPaused',
      ]);
      await warp(PAUSE_S);
      const after = await Promise.all(calls().map(revertOf));
      expect(after).toEqual(['none', 'none', 'Settlement__NotOpen']);
    });

    it("is the guardian's, and comes again only after a cool-down", async () => {
      const stranger = village.as(village.walletOf(0));
      expect(await revertOf(stranger.pause.staticCall())).toBe('AccessControlUnauthorizedAccount');
      expect(await revertOf(stranger.unpause.staticCall())).toBe('AccessControlUnauthorizedAccount');
      expect(await revertOf(village.settlement.unpause.staticCall())).toBe('Settlement__NotPaused');
      await mined(village.settlement.pause());
      expect(await revertOf(village.settlement.pause.staticCall())).toBe('Settlement__PauseCoolingDown');
      await warp(2 * PAUSE_S - 10);
      expect(await revertOf(village.settlement.pause.staticCall())).toBe('Settlement__PauseCoolingDown');
      await warp(10);
      expect(await revertOf(village.settlement.pause.staticCall())).toBe('none');
    });
  });
});
