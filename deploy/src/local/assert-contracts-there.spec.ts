import { describe, expect, it } from 'vitest';
import { assertContractsThere } from './assert-contracts-there.ts';

const chainUrl = 'http://127.0.0.1:9545';
const holding = (...addresses: string[]) => ({
  chainUrl,
  provider: { getCode: async (address: unknown) => (addresses.includes(String(address)) ? '0x60' : '0x') },
});

describe('the chain of a community that goes on', () => {
  it('holds its contracts', async () => {
    await expect(
      assertContractsThere(holding('0xa', '0xb'), { registry: '0xa', token: '0xb' }),
    ).resolves.toBeUndefined();
  });

  it('is refused where it was begun anew', async () => {
    await expect(assertContractsThere(holding('0xa'), { registry: '0xa', token: '0xb' })).rejects.toThrow(
      /^the chain at http:.* does not hold the token of the earlier state: .*--fresh$/,
    );
  });
});
