import {
  IntervalCleared,
  IntervalMetered,
  IntervalSettled,
  MandateSigned,
  MeterEnrolled,
  OrderPlaced,
} from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import {
  account,
  booked,
  clearedOf,
  invariantsOf,
  metered,
  moveOnChain,
  onChain,
  remeter,
  remove,
  runOf,
  settledOf,
  type Act,
} from './testing/change-village.ts';
import { Village } from './testing/honest-village.ts';
import { at, meteringOf } from './testing/village-terms.ts';
import type { Invariant } from './violation.ts';

const CLEARED: [string, Invariant, Act][] = [
  ['trade price', 'M5', (v) => void (clearedOf(v).trades[0]!.priceMicroPerKwh += 1)],
  ['trade amount', 'M5', (v) => void (clearedOf(v).trades[0]!.amountMicro += 1)],
  ['trade energy', 'M1', (v) => void (clearedOf(v).trades[0]!.energyWh += 1)],
  ['trade buyer', 'M5', (v) => void (clearedOf(v).trades[0]!.buyerMemberId = 'home-1')],
  ['account energy', 'M5', (v) => void (account(v).importWh += 1)],
  ['account energy bought', 'M1', (v) => void (account(v).boughtWh += 1)],
  ['account amount', 'M1', (v) => void (account(v).supplyMicro += 1)],
  ['account mandate', 'M3', (v) => void (account(v).mandateHash = `0x${'0'.repeat(64)}`)],
  [
    'amount moved from trade to supply',
    'M1',
    (v) => {
      account(v).tradeMicro -= 5;
      account(v).supplyMicro += 5;
    },
  ],
  [
    'swapped members',
    'M5',
    (v) => {
      const [a, b] = [account(v, 'home-2'), account(v, 'home-3')];
      [a.memberId, b.memberId] = [b.memberId, a.memberId];
    },
  ],
  ['price', 'M5', (v) => void (clearedOf(v).priceMicroPerKwh! += 1)],
  ['retail price stated', 'M5', (v) => void (clearedOf(v).retailMicroPerKwh += 1)],
  ['feed-in price stated', 'M5', (v) => void (clearedOf(v).feedInMicroPerKwh += 1)],
  ['shared energy', 'M1', (v) => void (clearedOf(v).sharedWh += 1)],
  ['residual', 'M5', (v) => void (clearedOf(v).residualWh += 1)],
  ['residual bound', 'M1', (v) => void (clearedOf(v).residualBoundWh += 1)],
  ['suspect without cause', 'M1', (v) => void (clearedOf(v).suspectMeterId = 'home-2-meter')],
  ['orders used', 'M5', (v) => void (clearedOf(v).inputs.ordersHash = `0x${'1'.repeat(64)}`)],
  ['tariff used', 'M5', (v) => void (clearedOf(v).inputs.tariffHash = `0x${'1'.repeat(64)}`)],
  ['run label', 'M2', (v) => void (clearedOf(v, 0, 'correction-1').run = 'correction-2')],
  ['closed before its end', 'M5', (v) => void (clearedOf(v).closedAt = at(2))],
  ['time of closing', 'M2', (v) => void (clearedOf(v).closedAt = at(3, 91))],
  [
    'clearing under two ids',
    'M2',
    (v) => void v.drafts.push({ ...runOf(v.of(IntervalCleared), 2, 'final'), id: 'again' }),
  ],
];

const SIGNED: [string, Invariant, Act][] = [
  ['metering counter', 'M3', (v) => remeter(v, (m) => ({ ...m, counters: { ...m.counters, endImportWh: 0 } }))],
  ['metering energy', 'M3', (v) => remeter(v, (m) => ({ ...m, importWh: m.importWh + 1 }))],
  ['metering signature', 'M3', (v) => remeter(v, (m) => ({ ...m, signature: metered(v, 'home-1').signature }))],
  [
    'metering energy, signed, unlike its counters',
    'M1',
    (v) => remeter(v, () => meteringOf('home-2', 2, { importWh: 1501 })),
  ],
  [
    'metering counters, signed, apart from their neighbours',
    'M1',
    (v) =>
      remeter(v, ({ counters }) =>
        meteringOf('home-2', 2, {
          counters: { ...counters, startImportWh: counters.startImportWh + 7, endImportWh: counters.endImportWh + 7 },
        }),
      ),
  ],
  [
    'metering of another meter under this id',
    'M3',
    (v) => remeter(v, () => ({ ...meteringOf('home-1', 2), meterId: 'home-2-meter', siteId: 'home-2' })),
  ],
  [
    'metering taken out of the log',
    'M5',
    (v) =>
      remove(
        v,
        v.of(IntervalMetered).filter(({ payload }) => payload === metered(v)),
      ),
  ],
  [
    'one key for two meters',
    'M3',
    (v) => {
      const [first, second] = v.of(MeterEnrolled);
      second!.payload.publicKey = first!.payload.publicKey;
    },
  ],
  ['member of a meter', 'M5', (v) => void (v.of(MeterEnrolled)[2]!.payload.memberId = 'home-1')],
  ['mandate cap', 'M3', (v) => void (v.of(MandateSigned)[1]!.payload.capMicroPerPeriod *= 10)],
  ['mandate ceiling', 'M3', (v) => void (v.of(MandateSigned)[1]!.payload.priceCeilingMicroPerKwh += 1)],
  ['mandate expiry', 'M3', (v) => void (v.of(MandateSigned)[1]!.payload.expiresAt = at(1))],
  ['order limit', 'M3', (v) => void (v.of(OrderPlaced)[1]!.payload.limitMicroPerKwh -= 1)],
  ['order side', 'M3', (v) => void (v.of(OrderPlaced)[1]!.payload.side = 'ask')],
];

const SETTLED: [string, Invariant, Act][] = [
  ['root', 'M2', (v) => void (settledOf(v).root = `0x${'1'.repeat(64)}`)],
  ['trade count', 'M2', (v) => void (settledOf(v).tradeCount += 1)],
  ['booked trade', 'M1', (v) => void (booked(v).tradeMicro += 1)],
  [
    'booked supply between two members',
    'M5',
    (v) => {
      booked(v, 'home-1').supplyMicro += 5;
      booked(v).supplyMicro -= 5;
    },
  ],
  ['debits stated', 'M1', (v) => void (settledOf(v).debitsMicro += 1)],
  ['receivable', 'M3', (v) => void (booked(v).receivableMicro += 1)],
  ['receivable on a credit', 'M3', (v) => void (booked(v, 'home-1').receivableMicro += 1)],
  ['receivable of the supplier', 'M3', (v) => void (booked(v, 'supplier').receivableMicro += 1)],
  [
    'booking of a run that was never cleared',
    'M2',
    (v) => {
      const again = runOf(v.of(IntervalSettled), 5, 'final');
      v.drafts.push({ ...again, id: 'again', payload: { ...again.payload, run: 'correction-1' } });
    },
  ],
  [
    'booking under two ids',
    'M2',
    (v) => void v.drafts.push({ ...runOf(v.of(IntervalSettled), 5, 'final'), id: 'again' }),
  ],
  ['booking taken out of the log', 'M2', (v) => remove(v, [runOf(v.of(IntervalSettled), 5, 'preliminary')])],
  [
    'first interval taken out of the log',
    'M2',
    (v) =>
      remove(
        v,
        [...v.of(IntervalCleared), ...v.of(IntervalSettled)].filter(({ payload }) => payload.intervalStart === at(0)),
      ),
  ],
];

const CHAIN: [string, Invariant, Act][] = [
  ['lane balance', 'M2', (v) => void (onChain(v).lanesMicro = new Map([...v.chain.lanesMicro, ['home-1', 1n]]))],
  ['deposit', 'M2', (v) => void (onChain(v).depositsMicro = new Map([...v.chain.depositsMicro, ['home-1', 1n]]))],
  ['withdrawal', 'M2', (v) => void (onChain(v).takenOutMicro = new Map())],
  ['execution delta', 'M2', (v) => moveOnChain(v, { to: 'home-1', from: 'home-3', micro: 5n })],
  [
    'execution against the supplier for a creditor',
    'M2',
    (v) => moveOnChain(v, { to: 'home-1', from: 'supplier', micro: 5n }),
  ],
  ['advance beyond all debits', 'M2', (v) => moveOnChain(v, { to: 'home-2', from: 'supplier', micro: 2_000_000n })],
  ['lane debited above its cap', 'M3', (v) => moveOnChain(v, { to: 'supplier', from: 'home-2', micro: 1n })],
  [
    'cap that nobody signed',
    'M3',
    (v) => void (onChain(v).mandateCapMicro = new Map([...v.chain.mandateCapMicro, ['home-2', 10_000_000n]])),
  ],
  ['execution twice', 'M2', (v) => void (onChain(v).executions = [...v.chain.executions, v.chain.executions[0]!])],
  ['execution left out', 'M2', (v) => void (onChain(v).executions = v.chain.executions.slice(1))],
  ['commit left out', 'M2', (v) => void (onChain(v).commits = v.chain.commits.slice(1))],
  ['commit twice', 'M2', (v) => void (onChain(v).commits = [...v.chain.commits, v.chain.commits[0]!])],
  ...(['root', 'dataHash', 'sharedWh', 'priceMicroPerKwh', 'tradeCount', 'leafCount'] as const).map(
    (field): [string, Invariant, Act] => [
      `commit ${field}`,
      'M2',
      (v) => void (onChain(v).commits = v.chain.commits.with(3, { ...v.chain.commits[3]!, [field]: 99 })),
    ],
  ),
  ['money gone', 'M4', (v) => void (onChain(v).tokenBalanceMicro -= 1n)],
  [
    'withdrawal refused',
    'M4',
    (v) => void (onChain(v).refusedWithdrawals = [{ memberId: 'home-1', reason: 'Settlement__IsPaused' }]),
  ],
];

describe('audit of a village of which one thing was changed', () => {
  it.each([...CLEARED, ...SIGNED, ...SETTLED, ...CHAIN])('%s: names %s', async (_, invariant, act) => {
    const village = await Village.build();
    act(village);
    expect(invariantsOf(village)).toContain(invariant);
  });
});
