import { ContractFactory, ZeroAddress, ZeroHash, encodeBytes32String } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settlementAbi } from '../src/index.ts';
import { settlementBytecode } from '../src/generated/settlement.ts';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import {
  FIRST,
  START,
  aHeader,
  commitIntervals,
  deployVillage,
  expectSolvency,
  mined,
  resettable,
  revertOf,
  warp,
  type Village,
} from './village.ts';

const RING = 8_192;
const PAUSE_S = 72 * 3600;

describe('settlement', () => {
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
      await warp(chain, (current + 1) * 900 - now);
      expect(await calling()).toBe('none');
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
      await warp(chain, PAUSE_S);
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
      await warp(chain, 2 * PAUSE_S - 10);
      expect(await revertOf(village.settlement.pause.staticCall())).toBe('Settlement__PauseCoolingDown');
      await warp(chain, 10);
      expect(await revertOf(village.settlement.pause.staticCall())).toBe('none');
    });
  });
});
