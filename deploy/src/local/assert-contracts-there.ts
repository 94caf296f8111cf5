import type { Provider } from 'ethers';
import { LaunchError } from './launch-error.ts';

/** Throws LaunchError where a chain does not hold a community's contracts: it is another one, or was begun anew. */
export async function assertContractsThere(
  chain: { readonly chainUrl: string; readonly provider: Pick<Provider, 'getCode'> },
  contracts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, address] of Object.entries(contracts)) {
    if ((await chain.provider.getCode(address)) !== '0x') continue;
    throw new LaunchError(
      `the chain at ${chain.chainUrl} does not hold the ${name} of the earlier state: bring that chain back, or start with --fresh`,
    );
  }
}
