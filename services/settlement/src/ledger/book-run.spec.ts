import type { AccountRow, LedgerRow } from '@wattmesh/events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { netLanes } from '../netting/net-lanes.ts';
import { bookRun, type RunToBook } from './book-run.ts';

const account = (memberId: string, tradeMicro: number, supplyMicro = 0): AccountRow => ({
  memberId,
  tradeMicro,
  supplyMicro,
  importWh: 0,
  exportWh: 0,
  boughtWh: 0,
  soldWh: 0,
  residualImportWh: 0,
  residualExportWh: 0,
  mandateHash: `0x${'0'.repeat(64)}`,
});
const closed = (amounts: readonly number[]): AccountRow[] => [
  ...amounts.map((amount, index) => account(`home-${index}`, amount, -amount * 2)),
  account('supplier', 0 - sum(amounts), 2 * sum(amounts)),
];
const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
const aRun = (run: string, accounts: AccountRow[], more: Partial<RunToBook> = {}): RunToBook => ({
  run,
  accounts,
  supplierMemberId: 'supplier',
  booked: new Map(),
  periodMicro: new Map(),
  capMicro: new Map(accounts.map((row) => [row.memberId, 1e12])),
  ...more,
});
const booksOf = (rows: readonly LedgerRow[]) => {
  const books = new Map<string, { tradeMicro: number; supplyMicro: number }>();
  for (const row of rows) {
    const { tradeMicro, supplyMicro } = books.get(row.memberId) ?? { tradeMicro: 0, supplyMicro: 0 };
    books.set(row.memberId, { tradeMicro: tradeMicro + row.tradeMicro, supplyMicro: supplyMicro + row.supplyMicro });
  }
  return books;
};

describe('bookRun', () => {
  it('books every row of the preliminary run and nothing again where the final run agrees', () => {
    const accounts = closed([5, -3, 0]);
    const first = bookRun(aRun('preliminary', accounts));
    expect(first.rows).toHaveLength(4);
    expect(bookRun(aRun('final', accounts, { booked: booksOf(first.rows) })).rows).toEqual([]);
  });

  it('M5 C14 books only the touched members of a correction, as differences', () => {
    const first = bookRun(aRun('preliminary', closed([5, -3, 7])));
    const { rows } = bookRun(aRun('correction-1', closed([5, -3, 9]), { booked: booksOf(first.rows) }));
    expect(rows.map((row) => [row.memberId, row.tradeMicro])).toEqual([
      ['home-2', 2],
      ['supplier', -2],
    ]);
  });

  it('M1 M5 C16 keeps every run at zero and the books at the newest run, whatever runs come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        fc.nat(1e9),
        (runs, cap) => {
          const rows: LedgerRow[] = [];
          runs.forEach((amounts, index) => {
            const capMicro = new Map(Array.from({ length: 6 }, (_, member) => [`home-${member}`, cap]));
            const periodMicro = netLanes(rows, 'supplier');
            const booked = bookRun(
              aRun(index === 0 ? 'preliminary' : `correction-${index}`, closed(amounts), {
                booked: booksOf(rows),
                capMicro,
                periodMicro,
              }),
            );
            expect(booked.debitsMicro).toBe(booked.creditsMicro);
            expect(sum(booked.rows.map((row) => row.tradeMicro + row.supplyMicro))).toBe(0);
            rows.push(...booked.rows);
            const lanes = netLanes(rows, 'supplier');
            expect(sum([...lanes.values()])).toBe(0);
            for (const [memberId, lane] of lanes) if (memberId !== 'supplier') expect(lane).toBeLessThanOrEqual(cap);
          });
          for (const row of closed(runs.at(-1)!))
            expect(booksOf(rows).get(row.memberId)?.tradeMicro ?? 0, row.memberId).toBe(row.tradeMicro);
        },
      ),
      { examples: [[[[], [0]], 0]] },
    );
  });

  it('M3 keeps a debit above the cap out of the lanes and lets the supplier advance it', () => {
    const { rows } = bookRun(
      aRun('preliminary', [account('a', 9), account('b', -9), account('supplier', 0)], {
        capMicro: new Map([['a', 7]]),
        periodMicro: new Map([['a', 2]]),
      }),
    );
    expect(rows.map((row) => row.receivableMicro)).toEqual([4, 0, 0]);
    expect([...netLanes(rows, 'supplier')]).toEqual([
      ['a', 5],
      ['supplier', 4],
      ['b', -9],
    ]);
  });

  it('M3 debits nobody on chain who signed no mandate', () => {
    const { rows } = bookRun(aRun('preliminary', closed([6]), { capMicro: new Map() }));
    expect(netLanes(rows, 'supplier').get('home-0')).toBe(0);
  });
});
