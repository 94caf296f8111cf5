import type { AccountRow, LedgerRow } from '@wattmesh/events';

type Amounts = Pick<LedgerRow, 'tradeMicro' | 'supplyMicro'>;

/** A cleared run and what is in the books already. Amounts are micro-units, positive is a debit. */
export interface RunToBook {
  readonly run: string;
  readonly accounts: readonly AccountRow[];
  readonly supplierMemberId: string;
  /** Sum per member of the rows that earlier runs of this interval booked. */
  readonly booked: ReadonlyMap<string, Amounts>;
  /** Net P2P amount per member, receivables left out, that the settlement period holds already. */
  readonly periodMicro: ReadonlyMap<string, number>;
  /** Most that the period may debit a member by its mandate; absent: nothing. */
  readonly capMicro: ReadonlyMap<string, number>;
}

/** Rows of one run, and their sums: equal, for the rows sum to zero. */
export interface BookedRun {
  readonly rows: LedgerRow[];
  readonly debitsMicro: number;
  readonly creditsMicro: number;
}

/**
 * Ledger rows that bring the books of one interval to a cleared run. Rows are only ever added.
 *
 * The preliminary run books every member's row; a later run books the differences to what is booked, for touched members
 * only. A member's P2P debit that would carry the period above its mandate's cap becomes a receivable: it stays in
 * `tradeMicro`, is owed to the supplier, and is kept out of the lanes, where the supplier advances it.
 *
 * Preconditions: the accounts' trade and supply amounts each sum to zero. O(n).
 *
 * @example bookRun({ run: 'preliminary', accounts, ... }).rows; // one row per account
 */
export function bookRun(input: RunToBook): BookedRun {
  const due = new Map(input.accounts.map((row) => [row.memberId, row]));
  const memberIds = new Set([...due.keys(), ...input.booked.keys()]);
  const rows = [...memberIds].sort().flatMap((memberId) => {
    const booked = input.booked.get(memberId);
    const row = {
      memberId,
      tradeMicro: (due.get(memberId)?.tradeMicro ?? 0) - (booked?.tradeMicro ?? 0),
      supplyMicro: (due.get(memberId)?.supplyMicro ?? 0) - (booked?.supplyMicro ?? 0),
    };
    const isTouched = row.tradeMicro !== 0 || row.supplyMicro !== 0;
    return input.run === 'preliminary' || isTouched ? [{ ...row, receivableMicro: receivableOf(input, row) }] : [];
  });
  const amounts = rows.flatMap((row) => [row.tradeMicro, row.supplyMicro]);
  return {
    rows,
    debitsMicro: amounts.reduce((all, amount) => all + Math.max(0, amount), 0),
    creditsMicro: amounts.reduce((all, amount) => all + Math.max(0, -amount), 0),
  };
}

function receivableOf(input: RunToBook, row: { memberId: string; tradeMicro: number }): number {
  if (row.memberId === input.supplierMemberId || row.tradeMicro <= 0) return 0;
  const reached = (input.periodMicro.get(row.memberId) ?? 0) + row.tradeMicro;
  const above = reached - (input.capMicro.get(row.memberId) ?? 0);
  return Math.min(row.tradeMicro, Math.max(0, above));
}
