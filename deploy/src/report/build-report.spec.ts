import {
  IntervalCleared,
  MemberRegistered,
  type AccountRow,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import type { LoggedEvent } from '@wattmesh/platform/database';
import { describe, expect, it } from 'vitest';
import { History } from '../audit/history.ts';
import { buildReport, newestRuns } from './build-report.ts';

const HASH = `0x${'0'.repeat(64)}`;
let position = 0;

function logged<E extends EventDefinition>(event: E, payload: PayloadOf<E>): LoggedEvent {
  position += 1;
  return {
    position,
    archivedMs: 0,
    topic: event.topic,
    key: event.key(payload),
    headers: { ce_id: `id-${position}`, ce_time: '2017-07-17T16:15:00Z' },
    value: JSON.stringify(payload),
  };
}

const aRow = (memberId: string, change: Partial<AccountRow>): AccountRow => ({
  memberId,
  importWh: 0,
  exportWh: 0,
  boughtWh: 0,
  soldWh: 0,
  residualImportWh: 0,
  residualExportWh: 0,
  tradeMicro: 0,
  supplyMicro: 0,
  mandateHash: HASH,
  ...change,
});

function aClearing(run: string, accounts: AccountRow[]): LoggedEvent {
  return logged(IntervalCleared, {
    communityId: 'lane',
    intervalStart: '2017-07-17T16:00:00.000Z',
    run,
    closedAt: '2017-07-17T16:15:00Z',
    inputs: { meterings: [], ordersHash: HASH, tariffHash: HASH },
    retailMicroPerKwh: 220_000,
    feedInMicroPerKwh: 50_000,
    sharedWh: 0,
    trades: [],
    accounts,
    residualWh: 0,
    residualBoundWh: 10,
  });
}

const aMember = (memberId: string) =>
  logged(MemberRegistered, {
    memberId,
    communityId: 'lane',
    name: memberId,
    role: 'prosumer',
    wallet: `0x${'1'.repeat(40)}`,
  });

const reportOf = (events: LoggedEvent[]) =>
  buildReport({
    history: new History(events),
    violations: [],
    loads: [],
    lagP99Ms: 0,
    scenario: { name: 'lane', seed: 1 },
    bus: 'memory',
    clock: 'step',
  });

describe('the report of a run', () => {
  it('C26 compares what members pay with the tariff alone for the same metered energy', () => {
    const buyer = aRow('buyer', { importWh: 1000, tradeMicro: 150_000 });
    const seller = aRow('seller', { exportWh: 1000, tradeMicro: -130_000 });
    const { kpi } = reportOf([aMember('buyer'), aMember('seller'), aClearing('preliminary', [buyer, seller])]);
    expect(kpi).toMatchObject({ costMicro: 20_000, standAloneCostMicro: 220_000 - 50_000, membersWorseOff: 0 });
  });

  it('M6 counts a member that pays more than its tariff bill', () => {
    const { kpi } = reportOf([
      aMember('buyer'),
      aClearing('preliminary', [aRow('buyer', { importWh: 1000, supplyMicro: 230_000 })]),
    ]);
    expect(kpi.membersWorseOff).toBe(1);
  });

  it('C14 takes the newest run of an interval, whatever order the log has them in', () => {
    const runs = ['final', 'correction-2', 'preliminary', 'correction-1'].map((run) => aClearing(run, []));
    expect(newestRuns(new History(runs)).map(({ run }) => run)).toEqual(['correction-2']);
  });
});
