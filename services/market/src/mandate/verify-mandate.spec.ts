import { encodeMandate, mandateTypedData } from '@wattmesh/contracts/hash-mandate';
import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { isMandateSignedBy } from './verify-mandate.ts';

const contract = { chainId: 31_337, settlement: `0x${'22'.repeat(20)}` };
const terms = {
  memberId: 'home-1',
  communityId: 'village',
  priceFloorMicroPerKwh: -50_000,
  priceCeilingMicroPerKwh: 540_000,
  capMicroPerPeriod: 5_000_000,
  expiresAt: '2027-01-01T00:00:00.000Z',
  nonce: 3,
};
const wallet = new Wallet(`0x${'7'.repeat(64)}`);

describe('a mandate', () => {
  it('counts only as its wallet signed it, for one chain and contract', async () => {
    const { domain, types } = mandateTypedData(contract.chainId, contract.settlement);
    const signature = await wallet.signTypedData(domain, types, encodeMandate(terms));
    const signed = { wallet: wallet.address, signature };
    expect(isMandateSignedBy(terms, contract, signed)).toBe(true);
    expect(isMandateSignedBy({ ...terms, capMicroPerPeriod: 5_000_001 }, contract, signed)).toBe(false);
    expect(isMandateSignedBy(terms, { ...contract, chainId: 1 }, signed)).toBe(false);
    expect(isMandateSignedBy(terms, { ...contract, settlement: `0x${'23'.repeat(20)}` }, signed)).toBe(false);
    expect(isMandateSignedBy(terms, contract, { ...signed, signature: '0x' })).toBe(false);
  });
});
