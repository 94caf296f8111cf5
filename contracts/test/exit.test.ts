import { ZeroAddress } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withdrawalTypedData } from '../src/index.ts';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import { DEPOSIT, deployVillage, expectSolvency, idOf, mined, resettable, revertOf, type Village } from './village.ts';

const FAR = 4_000_000_000n;

describe('money that leaves', () => {
  let chain: TestChain;
  let village: Village;
  let reset: () => Promise<void>;

  beforeAll(async () => {
    chain = await startTestChain();
    village = await deployVillage(chain);
    reset = await resettable(village);
  });
  afterAll(() => chain.close());
  beforeEach(() => reset());
  afterEach(() => expectSolvency(village));

  describe('exit', () => {
    it('takes money out of the ledger at once and pays it to the wallet, whoever finishes it', async () => {
      const own = village.as(village.walletOf(0));
      await mined(own.requestExit(0, 300n));
      await mined(own.requestExit(0, 33n));
      expect((await village.settlement.account(0)).toArray().slice(0, 2)).toEqual([DEPOSIT - 333n, 333n]);
      await mined(village.as(village.walletOf(2)).finishExit(0));
      expect(await village.token.balanceOf(village.walletOf(0).address)).toBe(333n);
      expect(await revertOf(village.settlement.finishExit.staticCall(0))).toBe('Settlement__NothingToPay');
    });

    it("I6 is the member's own act, up to what it has", async () => {
      const own = village.as(village.walletOf(0));
      expect(await revertOf(village.settlement.requestExit.staticCall(0, 1n))).toBe('Settlement__NotTheMember');
      expect(await revertOf(own.requestExit.staticCall(1, 1n))).toBe('Settlement__NotTheMember');
      expect(await revertOf(own.requestExit.staticCall(3, 1n))).toBe('Registry__UnknownMemberIndex');
      expect(await revertOf(own.requestExit.staticCall(0, 0n))).toBe('Settlement__ZeroAmount');
      expect(await revertOf(own.requestExit.staticCall(0, DEPOSIT + 1n))).toBe('Settlement__InsufficientBalance');
      expect(await revertOf(own.requestExit.staticCall(0, DEPOSIT))).toBe('none');
    });

    it('I5 works while settlement is paused', async () => {
      await mined(village.settlement.pause());
      await mined(village.as(village.walletOf(0)).requestExit(0, DEPOSIT));
      await mined(village.settlement.finishExit(0));
      expect(await village.token.balanceOf(village.walletOf(0).address)).toBe(DEPOSIT);
    });
  });

  describe('withdrawal by signature', () => {
    const aWithdrawal = (fields: object = {}) => ({
      memberId: idOf('home-0'),
      amountMicro: 70n,
      to: village.walletOf(2).address,
      expiresAt: FAR,
      nonce: 0n,
      ...fields,
    });
    const sign = (
      withdrawal: object,
      wallet = village.walletOf(0),
      where: [number, string] = [chain.chainId, village.contracts.settlement],
    ) => {
      const { domain, types } = withdrawalTypedData(...where);
      return wallet.signTypedData(domain, types, withdrawal);
    };

    it("pays out by the member's signature, also while paused", async () => {
      await mined(village.token.mint(village.walletOf(2).address, 1n));
      await mined(village.settlement.pause());
      const first = await mined(village.settlement.withdrawBySignature(aWithdrawal(), await sign(aWithdrawal())));
      const next = aWithdrawal({ nonce: 1n });
      const gas = await mined(village.settlement.withdrawBySignature(next, await sign(next)));
      expect(await village.token.balanceOf(village.walletOf(2).address)).toBe(141n);
      expect(first).toBeGreaterThan(gas);
      expect(gas).toBeLessThanOrEqual(75_000n);
      console.log(`withdraw by signature: ${gas} gas (first of a member ${first})`);
    });

    it('I3 counts once, on one chain, at one contract, until it expires, as signed', async () => {
      const { withdrawBySignature } = village.settlement;
      const good = await sign(aWithdrawal());
      const calls: [object, string, string][] = [
        [aWithdrawal({ amountMicro: 71n }), good, 'Settlement__BadSignature'],
        [aWithdrawal({ to: village.operator.address }), good, 'Settlement__BadSignature'],
        [aWithdrawal({ memberId: idOf('home-1') }), good, 'Settlement__BadSignature'],
        [aWithdrawal(), await sign(aWithdrawal(), village.operator), 'Settlement__BadSignature'],
        [
          aWithdrawal(),
          await sign(aWithdrawal(), undefined, [1, village.contracts.settlement]),
          'Settlement__BadSignature',
        ],
        [
          aWithdrawal(),
          await sign(aWithdrawal(), undefined, [chain.chainId, village.contracts.token]),
          'Settlement__BadSignature',
        ],
        [aWithdrawal({ expiresAt: 1n }), await sign(aWithdrawal({ expiresAt: 1n })), 'Settlement__SignatureExpired'],
        [aWithdrawal({ nonce: 1n }), await sign(aWithdrawal({ nonce: 1n })), 'Settlement__NonceUsed'],
        [aWithdrawal({ amountMicro: 0n }), await sign(aWithdrawal({ amountMicro: 0n })), 'Settlement__ZeroAmount'],
        [
          aWithdrawal({ amountMicro: DEPOSIT + 1n }),
          await sign(aWithdrawal({ amountMicro: DEPOSIT + 1n })),
          'Settlement__InsufficientBalance',
        ],
        [aWithdrawal({ to: ZeroAddress }), await sign(aWithdrawal({ to: ZeroAddress })), 'ERC20InvalidReceiver'],
        [aWithdrawal({ memberId: idOf('nobody') }), good, 'Registry__UnknownMember'],
      ];
      for (const [withdrawal, signature, name] of calls)
        expect(await revertOf(withdrawBySignature.staticCall(withdrawal, signature))).toBe(name);
      await mined(withdrawBySignature(aWithdrawal(), good));
      expect(await revertOf(withdrawBySignature.staticCall(aWithdrawal(), good))).toBe('Settlement__NonceUsed');
    });
  });
});
