import { Signature } from 'ethers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { depositFor, encodeMandate, hashMandate, mandateTypedData, setMandates, type Mandate } from '../src/index.ts';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import {
  DEPOSIT,
  FIRST,
  aHeader,
  aMandate,
  balanceOf,
  commitIntervals,
  consent,
  deployVillage,
  expectSolvency,
  mined,
  resettable,
  revertOf,
  signMandate,
  type Village,
} from './village.ts';

const FAR = 4_000_000_000n;

describe('money of the members', () => {
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

  describe('deposit', () => {
    it('credits a member whoever pays', async () => {
      await mined(village.token.mint(village.operator.address, 5n));
      await mined(village.settlement.deposit(1, 5n));
      expect(await balanceOf(village, 1)).toBe(DEPOSIT + 5n);
    });

    it('refuses nothing, an unknown member, and a payer without the money', async () => {
      const { settlement } = village;
      expect(await revertOf(settlement.deposit.staticCall(0, 0))).toBe('Settlement__ZeroAmount');
      expect(await revertOf(settlement.deposit.staticCall(3, 1))).toBe('Settlement__UnknownMember');
      expect(await revertOf(village.as(village.walletOf(0)).deposit.staticCall(0, 1))).toBe(
        'ERC20InsufficientAllowance',
      );
    });

    it('refuses what overflows an account', async () => {
      const most = 2n ** 64n - 1n;
      await mined(village.token.mint(village.operator.address, most));
      expect(await revertOf(village.settlement.deposit.staticCall(0, most))).toBe('Settlement__BalanceOverflow');
      await mined(village.settlement.deposit(0, most - DEPOSIT));
      expect(await balanceOf(village, 0)).toBe(most);
    });

    it('is brought up to its total by the set-up, once, even after the balance has changed', async () => {
      await mined(village.as(village.walletOf(0)).requestExit(0, 400n));
      await depositFor(village.operator, village.contracts, [{ memberId: 'home-0', totalMicro: Number(DEPOSIT) }]);
      expect(await balanceOf(village, 0)).toBe(DEPOSIT - 400n);
      await depositFor(village.operator, village.contracts, [{ memberId: 'home-0', totalMicro: Number(DEPOSIT) + 7 }]);
      expect(await balanceOf(village, 0)).toBe(DEPOSIT - 393n);
    });

    it('needs no transaction of the member with a permit', async () => {
      const wallet = village.walletOf(0);
      await mined(village.token.mint(wallet.address, 100n));
      const sign = (value: bigint, nonce: bigint) =>
        wallet.signTypedData(
          {
            name: 'Wattmesh Test Currency',
            version: '1',
            chainId: chain.chainId,
            verifyingContract: village.contracts.token,
          },
          {
            Permit: ['owner', 'spender']
              .map((name) => ({ name, type: 'address' }))
              .concat(['value', 'nonce', 'deadline'].map((name) => ({ name, type: 'uint256' }))),
          },
          { owner: wallet.address, spender: village.contracts.settlement, value, nonce, deadline: FAR },
        );
      const { v, r, s } = Signature.from(await sign(60n, 0n));
      expect(await revertOf(village.settlement.depositWithPermit.staticCall(1, 60n, FAR, v, r, s))).toBe(
        'ERC2612InvalidSigner',
      );
      expect(await revertOf(village.settlement.depositWithPermit.staticCall(0, 61n, FAR, v, r, s))).toBe(
        'ERC2612InvalidSigner',
      );
      const gas = await mined(village.settlement.depositWithPermit(0, 60n, FAR, v, r, s));
      expect(await balanceOf(village, 0)).toBe(DEPOSIT + 60n);
      expect(await revertOf(village.settlement.depositWithPermit.staticCall(0, 60n, FAR, v, r, s))).toBe(
        'ERC2612InvalidSigner',
      );
      expect(gas).toBeLessThan(120_000n);
    });
  });

  describe('mandate', () => {
    const setting = async (mandate: Mandate, signature?: string) =>
      village.settlement.setMandate.staticCall(
        encodeMandate(mandate),
        signature ?? (await signMandate(village, mandate, village.walletOf(0))),
      );

    it("is set by the member's own signature, whoever relays it", async () => {
      await consent(village, 0);
      const { capMicroPerPeriod, expiryInterval } = await village.settlement.account(0);
      expect([capMicroPerPeriod, expiryInterval]).toEqual([
        10_000n,
        BigInt(Date.parse('2026-06-01T00:00:00Z') / 900_000),
      ]);
      expect(hashMandate(aMandate())).toBe(await village.settlement.hashMandate(encodeMandate(aMandate())));
    });

    it('I6 refuses the signature of anyone else, for any changed field and no signature at all', async () => {
      const signature = await signMandate(village, aMandate(), village.walletOf(0));
      const changes = [
        { memberId: 'home-1' },
        { priceFloorMicroPerKwh: 0 },
        { priceCeilingMicroPerKwh: 300_001 },
        { capMicroPerPeriod: 10_001 },
        { nonce: 1 },
        { expiresAt: '2026-06-02T00:00:00.000Z' },
      ];
      for (const change of changes)
        expect(await revertOf(setting(aMandate(change), signature))).toBe('Settlement__BadSignature');
      expect(await revertOf(setting(aMandate(), await signMandate(village, aMandate(), village.walletOf(1))))).toBe(
        'Settlement__BadSignature',
      );
      expect(await revertOf(setting(aMandate(), await signMandate(village, aMandate(), village.operator)))).toBe(
        'Settlement__BadSignature',
      );
      expect(await revertOf(setting(aMandate(), '0x'))).toBe('Settlement__BadSignature');
    });

    it('I3 counts on one chain and at one contract only', async () => {
      const sign = (chainId: number, settlement: string) => {
        const { domain, types } = mandateTypedData(chainId, settlement);
        return village.walletOf(0).signTypedData(domain, types, encodeMandate(aMandate()));
      };
      expect(await revertOf(setting(aMandate(), await sign(1, village.contracts.settlement)))).toBe(
        'Settlement__BadSignature',
      );
      expect(await revertOf(setting(aMandate(), await sign(chain.chainId, village.contracts.registry)))).toBe(
        'Settlement__BadSignature',
      );
      expect(await revertOf(setting(aMandate(), await sign(chain.chainId, village.contracts.settlement)))).toBe('none');
    });

    it('I3 counts once, and makes all lower nonces void', async () => {
      const older = await signMandate(village, aMandate({ nonce: 4 }), village.walletOf(0));
      await consent(village, 0, { nonce: 5 });
      expect(await revertOf(setting(aMandate({ nonce: 5 })))).toBe('Settlement__NonceUsed');
      expect(await revertOf(setting(aMandate({ nonce: 4 }), older))).toBe('Settlement__NonceUsed');
      expect(await revertOf(setting(aMandate({ nonce: 6 })))).toBe('none');
      const largest = { ...encodeMandate(aMandate()), nonce: 2n ** 64n - 1n };
      expect(await revertOf(village.settlement.setMandate.staticCall(largest, '0x'))).toBe('Settlement__NonceUsed');
    });

    it('I3 is refused once it has expired', async () => {
      await mined(village.settlement.commit([aHeader(4)]));
      expect(await revertOf(setting(aMandate({ expiresAt: '2026-05-07T01:14:59.000Z' })))).toBe(
        'Settlement__SignatureExpired',
      );
      expect(await revertOf(setting(aMandate({ expiresAt: '2026-05-07T01:15:00.000Z' })))).toBe('none');
    });

    it('is refused for another community, an unknown member and limits that exclude each other', async () => {
      expect(await revertOf(setting(aMandate({ communityId: 'town' })))).toBe('Settlement__WrongCommunity');
      expect(await revertOf(setting(aMandate({ memberId: 'nobody' })))).toBe('Registry__UnknownMember');
      expect(await revertOf(setting(aMandate({ priceFloorMicroPerKwh: 2, priceCeilingMicroPerKwh: 1 })))).toBe(
        'Settlement__BadPriceLimits',
      );
    });

    it('keeps the members of one word apart and counts an endless mandate as the longest and largest it can hold', async () => {
      await consent(village, 1, { capMicroPerPeriod: 2 ** 40, expiresAt: '9999-12-31T00:00:00.000Z' });
      await consent(village, 0, { capMicroPerPeriod: 1 });
      await consent(village, 2, { capMicroPerPeriod: 2 });
      const caps = await Promise.all(
        [0, 1, 2].map(async (i) => (await village.settlement.account(i)).capMicroPerPeriod),
      );
      expect(caps).toEqual([1n, 2n ** 40n - 1n, 2n]);
      const endless = { ...encodeMandate(aMandate({ nonce: 1 })), expiresAt: 2n ** 64n - 1n };
      const { domain, types } = mandateTypedData(chain.chainId, village.contracts.settlement);
      await mined(
        village.settlement.setMandate(endless, await village.walletOf(0).signTypedData(domain, types, endless)),
      );
      expect((await village.settlement.account(0)).expiryInterval).toBe(BigInt(FIRST) + 2n ** 24n - 1n);
    });

    it('begins with the next interval, and goes on where one in force is renewed', async () => {
      const fromOf = async () => Number((await village.settlement.account(0)).fromInterval);
      await consent(village, 0);
      expect(await fromOf()).toBe(1);
      await commitIntervals(village, 3);
      const newest = Number((await village.settlement.progress()).newestInterval);
      await consent(village, 0, { nonce: 1, capMicroPerPeriod: 5 });
      expect(await fromOf()).toBe(1);
      await consent(village, 0, { nonce: 2, capMicroPerPeriod: 0 });
      await consent(village, 0, { nonce: 3 });
      expect(await fromOf()).toBe(newest + 1);
    });

    it('is set by the set-up once, however often it is asked', async () => {
      const mandate = aMandate();
      const signed = [{ mandate, signature: await signMandate(village, mandate, village.walletOf(0)) }];
      await setMandates(village.operator, village.contracts, signed);
      await setMandates(village.operator, village.contracts, signed);
      expect((await village.settlement.nonces(0)).mandateNonce).toBe(1n);
    });
  });
});

describe('a second chain', () => {
  it('has the chain id, the accounts and the time it was asked for', async () => {
    const chain = await startTestChain({
      chainId: 424_242,
      accountCount: 2,
      initialDate: new Date('2026-05-07T00:00:00Z'),
    });
    const village = await deployVillage(chain, { homes: 1 });
    await consent(village, 0);
    expect(await chain.provider.request({ method: 'eth_chainId' })).toBe('0x67932');
    expect((await village.settlement.account(0)).capMicroPerPeriod).toBe(10_000n);
    await chain.close();
  });
});
