import { Wallet, id } from 'ethers';

/**
 * Wallet of a scenario's member: Keccak-256 over a tag, the scenario's seed and the member's id, so that a scenario
 * always has the same accounts. For simulated members only: whoever knows the seed knows the key.
 */
export function deriveWallet(seed: number, memberId: string): Wallet {
  return new Wallet(id(`wattmesh.scenario-wallet.v1:${seed}:${memberId}`));
}
