import type { LedgerRow } from '@wattmesh/events';
import { bookRun } from '@wattmesh/settlement/book-run';
import { netLanes } from '@wattmesh/settlement/net-lanes';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumEarnings, type EarningAccount } from '../earnings/sum-earnings.ts';
import { aClearing, aLane, at, type NetWh } from '../testing/a-lane.ts';
import type { StatementLine } from '../view/statement-view.schema.ts';
import { listStatementLines, type BookedRow } from './list-statement-lines.ts';
import { priceParts, type PricedPart } from './price-parts.ts';
import { writeCsv } from './write-csv.ts';

const CHARGES = aLane().community.tariff.sharedChargesMicroPerKwh;
const HOMES = ['home-1', 'home-2', 'home-3'];
const RUNS = ['preliminary', 'final', 'correction-1', 'correction-2'];

interface MemberBooks {
  readonly lines: StatementLine[];
  readonly rows: BookedRow[];
  readonly ledger: LedgerRow[];
  readonly accounts: (EarningAccount & { tradeMicro: number; supplyMicro: number })[];
}

/** Clears and books the runs of one interval, and answers the statement of each member. */
function bookInterval(interval: number, runs: readonly NetWh[], capMicro: number): Map<string, MemberBooks> {
  const books = new Map<string, MemberBooks>();
  const parts = new Map<string, PricedPart[] | undefined>();
  const booked = new Map<string, { tradeMicro: number; supplyMicro: number }>();
  const ledger: LedgerRow[] = [];
  for (const [index, netWh] of runs.entries()) {
    const run = RUNS[index]!;
    const cleared = aClearing(interval, run, netWh);
    const result = bookRun({
      run,
      accounts: cleared.accounts,
      supplierMemberId: 'supplier',
      booked,
      periodMicro: netLanes(ledger, 'supplier'),
      capMicro: new Map(HOMES.map((home) => [home, capMicro])),
    });
    ledger.push(...result.rows);
    for (const account of cleared.accounts) {
      const { memberId } = account;
      const own = books.get(memberId) ?? { lines: [], rows: [], ledger: [], accounts: [] };
      books.set(memberId, own);
      const { priceMicroPerKwh, retailMicroPerKwh, feedInMicroPerKwh, trades } = cleared;
      const prices = {
        retailMicroPerKwh,
        feedInMicroPerKwh,
        ...(priceMicroPerKwh === undefined ? {} : { priceMicroPerKwh }),
      };
      const taken = priceParts(
        {
          ...account,
          ...prices,
          trades: trades.filter((trade) => trade.buyerMemberId === memberId || trade.sellerMemberId === memberId),
        },
        CHARGES,
      );
      own.accounts.push({ ...account, ...prices, intervalStart: at(interval), runNumber: index });
      const row = result.rows.find((each) => each.memberId === memberId);
      if (row !== undefined) {
        own.ledger.push(row);
        own.rows.push({
          ...row,
          intervalStart: at(interval),
          run,
          bookedAt: at(interval + 1 + index),
          parts: taken,
          ...(index === 0 ? {} : { earlier: { parts: parts.get(memberId) } }),
        });
        const before = booked.get(memberId) ?? { tradeMicro: 0, supplyMicro: 0 };
        booked.set(memberId, {
          tradeMicro: before.tradeMicro + row.tradeMicro,
          supplyMicro: before.supplyMicro + row.supplyMicro,
        });
      }
      parts.set(memberId, taken);
    }
  }
  for (const [memberId, own] of books) own.lines.push(...listStatementLines(own.rows, memberId === 'supplier'));
  return books;
}

const total = (lines: readonly { amountMicro: number }[]): number =>
  lines.reduce((sum, line) => sum + line.amountMicro, 0);
const aNet = fc.record(Object.fromEntries(HOMES.map((home) => [home, fc.integer({ min: -2500, max: 2500 })])));
const someRuns = fc.array(aNet, { minLength: 1, maxLength: 4 });

describe('a statement', () => {
  it('M5 sums to the ledger to the micro-unit, in every part, over preliminary, final and corrections', () => {
    fc.assert(
      fc.property(someRuns, fc.nat(400_000), fc.nat(40), (runs, capMicro, interval) => {
        for (const [memberId, { lines, ledger }] of bookInterval(interval, runs, capMicro)) {
          const sum = (pick: (row: LedgerRow) => number): number => ledger.reduce((all, row) => all + pick(row), 0);
          expect(total(lines), memberId).toBe(sum((row) => row.tradeMicro + row.supplyMicro));
          expect(total(lines.filter((line) => line.onChain)), memberId).toBe(
            sum((row) => row.tradeMicro - row.receivableMicro),
          );
          expect(total(lines.filter((line) => line.kind === 'receivable'))).toBe(0);
          expect(new Set(lines.map((line) => line.lineId)).size).toBe(lines.length);
        }
      }),
    );
  });

  it('names energy and price of every line of the first run, and of members the difference of every energy later', () => {
    fc.assert(
      fc.property(someRuns, fc.nat(40), (runs, interval) => {
        for (const home of HOMES) {
          const { lines, accounts } = bookInterval(interval, runs, 1e9).get(home)!;
          const priced = lines.filter((line) => line.run === 'preliminary');
          for (const line of priced) {
            const exact = (line.energyWh! * line.priceMicroPerKwh!) / 1000;
            expect(Math.abs(Math.abs(line.amountMicro) - exact), line.lineId).toBeLessThan(1);
            expect(line.counterpartyMemberId !== undefined).toBe(line.onChain);
          }
          const energy = (matter: string): number =>
            lines
              .filter((line) => line.matter === matter)
              .reduce((sum, line) => sum + (line.energyWh ?? line.energyDeltaWh ?? Number.NaN), 0);
          const last = accounts.at(-1)!;
          expect([energy('bought'), energy('sold'), energy('supply'), energy('feedIn')]).toEqual([
            last.boughtWh,
            last.soldWh,
            last.residualImportWh,
            last.residualExportWh,
          ]);
        }
      }),
    );
  });

  it('still sums to the ledger where nobody knows what the amounts are made of', () => {
    const [known] = bookInterval(3, [{ 'home-1': -900, 'home-2': 500, 'home-3': 700 }], 1e9).get('home-1')!.rows;
    const row = { ...known!, parts: undefined };
    const lines = listStatementLines([row, { ...row, run: 'final', earlier: { parts: undefined } }], false);
    expect(lines.map(({ kind, matter }) => `${kind} ${matter}`)).toEqual(['sold sold', 'correction sold']);
    expect(total(lines)).toBe(2 * (row.tradeMicro + row.supplyMicro));
  });

  it('M6 earns what its lines say, and never costs a home more than the tariff alone', () => {
    fc.assert(
      fc.property(someRuns, fc.nat(40), (runs, interval) => {
        const books = bookInterval(interval, runs, 1e9);
        for (const [memberId, { lines, accounts }] of books) {
          const sums = sumEarnings(lines, accounts, memberId === 'supplier');
          expect(sums.netMicro).toBe(total(lines));
          expect(sums.paidMicro - sums.earnedMicro).toBe(sums.netMicro);
          if (HOMES.includes(memberId)) expect(sums.savedMicro).toBeGreaterThanOrEqual(0);
          const last = accounts.at(-1)!;
          expect(sums.netMicro).toBe(last.tradeMicro + last.supplyMicro);
        }
      }),
    );
  });

  it('is the same as CSV to a script that knows its columns alone', () => {
    const books = bookInterval(
      3,
      [
        { 'home-1': -900, 'home-2': 500, 'home-3': 700 },
        { 'home-1': -800, 'home-2': 500, 'home-3': 700 },
      ],
      60_000,
    );
    for (const [memberId, { lines }] of books) {
      const [header, ...rows] = writeCsv({
        memberId,
        communityId: 'lane',
        currency: 'EUR',
        timeZone: 'UTC',
        knownAt: at(9),
        lines,
        totalMicro: 0,
        tradeMicro: 0,
        supplyMicro: 0,
        receivableMicro: 0,
      })
        .trimEnd()
        .split('\r\n')
        .map((line) => line.split(','));
      const column = (name: string): string[] => rows.map((row) => row[header!.indexOf(name)] ?? '');
      expect(rows.every((row) => row.length === header!.length)).toBe(true);
      expect(column('amountMicro').reduce((sum, text) => sum + Number(text), 0)).toBe(total(lines));
      expect(column('amount').map((text) => Math.round(Number(text) * 1e6))).toEqual(column('amountMicro').map(Number));
      expect(column('amount').every((text) => /^-?\d+\.\d{6}$/.test(text))).toBe(true);
      expect(column('intervalStart').every((text) => new Date(text).toISOString() === text)).toBe(true);
      expect(column('kind')).toEqual(lines.map(({ kind }) => kind));
    }
    expect(books.get('home-2')!.lines.map(({ kind }) => kind)).toContain('receivable');
  });
});
