import type { LedgerRow } from '@wattmesh/events';

/**
 * Nets ledger rows into one P2P amount per member, positive a debit: what a settlement period moves on chain.
 *
 * A lane is `tradeMicro` less `receivableMicro`; the supplier's lane also advances all receivables, so the lanes sum to
 * zero. Residual supply is never in a lane. O(n).
 *
 * @example netLanes([{ memberId: 'a', tradeMicro: 9, receivableMicro: 4, ... }, { memberId: 'b', tradeMicro: -9, ... }], 'supplier');
 * // a 5, b -9, supplier 4
 */
export function netLanes(rows: readonly LedgerRow[], supplierMemberId: string): Map<string, number> {
  const lanes = new Map<string, number>();
  const add = (memberId: string, amountMicro: number): void => {
    lanes.set(memberId, (lanes.get(memberId) ?? 0) + amountMicro);
  };
  for (const row of rows) {
    add(row.memberId, row.tradeMicro - row.receivableMicro);
    add(supplierMemberId, row.receivableMicro);
  }
  return lanes;
}
