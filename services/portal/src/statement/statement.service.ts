import { Injectable } from '@nestjs/common';
import type { CommunityDirectory } from '../directory/community-directory.ts';
import type { StatementLine } from '../view/statement-view.schema.ts';
import { RangeTooLongError } from '../timeline/timeline.errors.ts';
import { listStatementLines, type BookedRow } from './list-statement-lines.ts';
import { priceParts } from './price-parts.ts';
import { StatementStore, type BookedAccount, type LedgerRow, type StatementRange } from './statement.store.ts';

/** Half a year of intervals with a correction of each. */
const MOST_ROWS = 36_000;

/** A member's books in a range. */
export interface Books {
  readonly rows: readonly LedgerRow[];
  readonly lines: readonly StatementLine[];
  /** Of every booked run, oldest first. */
  readonly accounts: readonly BookedAccount[];
}

/** Opens a member's books: the ledger's rows, taken apart by what the market cleared. */
@Injectable()
export class StatementService {
  constructor(private readonly store: StatementStore) {}

  async open({ community }: CommunityDirectory, range: Omit<StatementRange, 'communityId'>): Promise<Books> {
    const own = { ...range, communityId: community.communityId };
    const rows = await this.store.ledger(own, MOST_ROWS + 1);
    if (rows.length > MOST_ROWS) throw new RangeTooLongError(`${MOST_ROWS} bookings`);
    const accounts = await this.store.accounts(own);
    const booked = bookedRows(rows, accounts, community.tariff.sharedChargesMicroPerKwh);
    return { rows, accounts, lines: listStatementLines(booked, range.memberId === community.supplierMemberId) };
  }
}

/** Each row beside the account it books, and beside the one booked before it. */
function bookedRows(
  rows: readonly LedgerRow[],
  accounts: readonly BookedAccount[],
  sharedChargesMicroPerKwh: number,
): BookedRow[] {
  const byInterval = Map.groupBy(accounts, ({ intervalStart }) => intervalStart);
  const firsts = new Map<string, number>();
  for (const { intervalStart, runNumber } of rows)
    firsts.set(intervalStart, Math.min(runNumber, firsts.get(intervalStart) ?? runNumber));
  return rows.map((row): BookedRow => {
    const own = byInterval.get(row.intervalStart) ?? [];
    const account = own.find(({ runNumber }) => runNumber === row.runNumber);
    const before = own.findLast(({ runNumber }) => runNumber < row.runNumber);
    const isFirst = firsts.get(row.intervalStart) === row.runNumber;
    const { transactionHash, finality, executionTransactionHash, ...booked } = row;
    return {
      ...booked,
      ...(transactionHash === null ? {} : { transactionHash }),
      ...(finality === null ? {} : { finality }),
      ...(executionTransactionHash === null ? {} : { executionTransactionHash }),
      parts: account && priceParts(account, sharedChargesMicroPerKwh),
      ...(isFirst ? {} : { earlier: { parts: before && priceParts(before, sharedChargesMicroPerKwh) } }),
    };
  });
}
