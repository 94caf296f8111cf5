/** EIP-1559 fees in wei per gas. */
export interface Fees {
  readonly maxFeeWei: number;
  readonly priorityFeeWei: number;
}

const BUMP_PERMILLE = 1125;

/**
 * Fees of the next attempt at a nonce: both 12.5 % higher, rounded up, which every pool accepts as a replacement
 * (at least 10 % is asked). Undefined where either would pass its cap: the transaction then waits as it is.
 *
 * @example bumpFees({ maxFeeWei: 1000, priorityFeeWei: 100 }, { maxFeeWei: 5000, priorityFeeWei: 500 }); // 1125 and 113
 */
export function bumpFees(fees: Fees, cap: Fees): Fees | undefined {
  const bumped = { maxFeeWei: bump(fees.maxFeeWei), priorityFeeWei: bump(fees.priorityFeeWei) };
  return bumped.maxFeeWei > cap.maxFeeWei || bumped.priorityFeeWei > cap.priorityFeeWei ? undefined : bumped;
}

const bump = (wei: number): number => Number((BigInt(wei) * BigInt(BUMP_PERMILLE) + 999n) / 1000n);
