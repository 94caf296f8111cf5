import type { ChainView } from './chain-view.ts';
import type { Violation } from './violation.ts';

/** M4: what the contract holds covers every lane and every pending exit, and each member's withdrawal passes a dry run. */
export function checkSolvency(chain: ChainView): Violation[] {
  const withdrawable = [...chain.lanesMicro.values()].reduce((sum, lane) => sum + lane, 0n) + chain.pendingExitsMicro;
  const found: Violation[] = chain.refusedWithdrawals.map(({ memberId, reason }) => ({
    invariant: 'M4',
    where: memberId,
    what: `cannot withdraw: ${reason}`,
  }));
  if (chain.tokenBalanceMicro < withdrawable) {
    found.push({
      invariant: 'M4',
      where: 'settlement contract',
      what: `holds ${chain.tokenBalanceMicro} micro of ${withdrawable} that can be withdrawn`,
    });
  }
  return found;
}
