import { testCurrencyAbi } from '@wattmesh/contracts';
import { Contract, JsonRpcSigner, toQuantity, type JsonRpcApiProvider } from 'ethers';

const THIEF = '0x00000000000000000000000000000000000badc0';

/** Lets a cent leave the settlement contract past all of its rules, as only a local node can be made to. */
export async function drainContract(
  provider: JsonRpcApiProvider,
  contracts: { settlement: string; token: string },
): Promise<void> {
  await provider.send('hardhat_impersonateAccount', [contracts.settlement]);
  await provider.send('hardhat_setBalance', [contracts.settlement, toQuantity(10n ** 18n)]);
  const token = new Contract(contracts.token, testCurrencyAbi, new JsonRpcSigner(provider, contracts.settlement));
  const sent = await token.getFunction('transfer')(THIEF, 10_000n);
  await provider.send('evm_mine', []);
  await sent.wait();
}
