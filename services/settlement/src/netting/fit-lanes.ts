/** What a member can be debited on chain now: its balance, and its mandate's cap where it covers the period. */
export interface LaneLimit {
  readonly balanceMicro: number;
  readonly capMicro: number;
}

/** Amounts to execute now, positive a debit, and what each member still owes to the supplier afterwards. */
export interface FittedLanes {
  readonly lanes: Map<string, number>;
  readonly carriedMicro: Map<string, number>;
}

/**
 * Fits a period's lanes to what the contract will accept, so that one empty account never stops everybody's payment.
 *
 * A member's debit (what it still owed from before included) is cut to its balance and cap; the supplier advances the rest,
 * which is carried to the next period. Nobody is cut off: the debt is a state of the ledger. The lanes sum to zero as given.
 * The supplier's own limit is not applied here; the caller must see that it can advance.
 *
 * Preconditions: `lanes` sums to zero; `carriedMicro` holds positive debts to the supplier. O(n).
 *
 * @example fitLanes({ lanes: new Map([['a', 5], ['b', -5]]), carriedMicro: new Map(), supplierMemberId: 's', limitOf: () => ({ balanceMicro: 2, capMicro: 9 }) });
 * // lanes a 2, b -5, s 3; carried a 3
 */
export function fitLanes(period: {
  lanes: ReadonlyMap<string, number>;
  carriedMicro: ReadonlyMap<string, number>;
  supplierMemberId: string;
  limitOf: (memberId: string) => LaneLimit;
}): FittedLanes {
  const { supplierMemberId, limitOf } = period;
  const lanes = new Map(period.lanes);
  const carriedMicro = new Map<string, number>();
  for (const memberId of [...new Set([...period.lanes.keys(), ...period.carriedMicro.keys()])].sort()) {
    if (memberId === supplierMemberId) continue;
    const laneMicro = lanes.get(memberId) ?? 0;
    const owedMicro = period.carriedMicro.get(memberId) ?? 0;
    const limit = limitOf(memberId);
    const wantedMicro = laneMicro + owedMicro;
    const fittedMicro = Math.min(wantedMicro, Math.max(0, Math.min(limit.balanceMicro, limit.capMicro)));
    const leftMicro = wantedMicro - fittedMicro;
    lanes.set(memberId, fittedMicro);
    lanes.set(supplierMemberId, (lanes.get(supplierMemberId) ?? 0) + laneMicro - fittedMicro);
    if (leftMicro > 0) carriedMicro.set(memberId, leftMicro);
  }
  return { lanes, carriedMicro };
}
