import { IntervalSettled, MandateSigned, type LedgerRow } from '@wattmesh/events';
import { LaunchError } from '../local/launch-error.ts';

/** A record on its way to the bus, as an insider who controls the bus could change it. */
export interface TamperedRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** One dishonest act: what it makes of each record (several: it adds some), and whether it also takes money from the contract. */
export interface Drill {
  readonly name: string;
  readonly breaks: 'M1' | 'M2' | 'M3' | 'M4' | 'M5';
  readonly what: string;
  readonly tamper?: (record: TamperedRecord, pick: (choices: number) => number) => TamperedRecord[];
  readonly drainsContract?: boolean;
}

/** Applies a change to the rows of a settled interval of one run, and states sums that fit the changed rows. */
function withRows(record: TamperedRecord, run: string, change: (rows: LedgerRow[]) => LedgerRow[]): TamperedRecord {
  if (record.topic !== IntervalSettled.topic) return record;
  const settled = IntervalSettled.schema.parse(JSON.parse(record.value));
  if (settled.run !== run || (settled.rows.length === 0 && run === 'preliminary')) return record;
  const rows = change(settled.rows);
  const amounts = rows.flatMap((row) => [row.tradeMicro, row.supplyMicro]);
  const debitsMicro = amounts.reduce((sum, amount) => sum + Math.max(amount, 0), 0);
  const creditsMicro = amounts.reduce((sum, amount) => sum + Math.max(-amount, 0), 0);
  return { ...record, value: JSON.stringify({ ...settled, rows, debitsMicro, creditsMicro }) };
}

const DRILLS: readonly Drill[] = [
  {
    name: 'skimmed-account',
    breaks: 'M1',
    what: 'the operator books a little more to one member and to nobody in return',
    tamper: (record, pick) => [
      withRows(record, 'preliminary', (rows) => {
        const victim = pick(rows.length);
        return rows.map((row, index) => (index === victim ? { ...row, supplyMicro: row.supplyMicro + 1000 } : row));
      }),
    ],
  },
  {
    name: 'settled-twice',
    breaks: 'M2',
    what: 'an interval is booked a second time under a new event id',
    tamper: (record) =>
      record.topic === IntervalSettled.topic && JSON.parse(record.value).run === 'preliminary'
        ? [
            record,
            {
              ...record,
              headers: {
                ...record.headers,
                ce_id: record.headers['ce_id']?.replace(/^.{8}/, 'deadbeef') ?? 'deadbeef',
              },
            },
          ]
        : [record],
  },
  {
    name: 'forged-mandate',
    breaks: 'M3',
    what: "a member's cap is raised after it was signed",
    tamper: (record) =>
      record.topic === MandateSigned.topic
        ? [
            {
              ...record,
              value: JSON.stringify({
                ...JSON.parse(record.value),
                capMicroPerPeriod: JSON.parse(record.value).capMicroPerPeriod * 10,
              }),
            },
          ]
        : [record],
  },
  {
    name: 'drained-contract',
    breaks: 'M4',
    what: 'money leaves the settlement contract past its rules',
    drainsContract: true,
  },
  {
    name: 'rewritten-history',
    breaks: 'M5',
    what: 'a final run moves money between two members whose data did not change',
    tamper: (record) => [
      withRows(record, 'final', (rows) => {
        const touched = new Set(rows.map((row) => row.memberId));
        const [from, to] = ['home-1', 'home-2'].filter((memberId) => !touched.has(memberId));
        if (from === undefined || to === undefined) return rows;
        const row = (memberId: string, supplyMicro: number): LedgerRow => ({
          memberId,
          tradeMicro: 0,
          supplyMicro,
          receivableMicro: 0,
        });
        return [...rows, row(from, 5000), row(to, -5000)];
      }),
    ],
  },
];

/** The drill of that name. Throws LaunchError where there is none. */
export function drillOf(name: string): Drill {
  const drill = DRILLS.find((candidate) => candidate.name === name);
  if (!drill)
    throw new LaunchError(`--drill ${name}: give one of ${DRILLS.map((candidate) => candidate.name).join(', ')}`);
  return drill;
}
