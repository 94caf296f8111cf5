import { BatchConfirmed, IntervalSettled } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { LoggedEvent } from '@wattmesh/platform/database';
import { describe, expect, it } from 'vitest';
import { SettlementProgress } from './settlement-progress.ts';

const START_MS = Date.parse('2026-07-01T12:00:00Z');
const HASH = `0x${'c3'.repeat(32)}`;
const startOf = (interval: number) => new Date(START_MS + interval * INTERVAL_MS).toISOString();

type Run = 'preliminary' | 'final';

/** An event log in memory that notes from where it was read, and may be away. */
class FakeLog {
  readonly readFrom: (number | undefined)[] = [];
  isAway = false;
  readonly #events: LoggedEvent[] = [];

  add(topic: string, payload: object): void {
    const position = this.#events.length + 1;
    this.#events.push({ position, topic, key: 'village', headers: {}, value: JSON.stringify(payload), archivedMs: 0 });
  }

  settle(interval: number, run: Run): void {
    const rows = [{ memberId: 'home-1', tradeMicro: 5, supplyMicro: 0, receivableMicro: 0 }];
    const sums = { debitsMicro: 5, creditsMicro: 5, tradeCount: 1 };
    const intervalStart = startOf(interval);
    const settledAt = startOf(interval + 1);
    this.add(IntervalSettled.topic, {
      communityId: 'village',
      intervalStart,
      run,
      settledAt,
      rows,
      ...sums,
      root: HASH,
    });
  }

  confirm(interval: number, kind: 'commit' | 'execute', run?: Run): void {
    const block = { transactionHash: HASH, blockNumber: 42, gasUsed: 1, confirmedAt: startOf(9), finality: 'final' };
    const batch = { communityId: 'village', kind, intervalStart: startOf(interval), intervalCount: 1, ...block };
    this.add(BatchConfirmed.topic, run === undefined ? batch : { ...batch, run });
  }

  async *read(_topics?: readonly string[], after?: number): AsyncGenerator<LoggedEvent> {
    this.readFrom.push(after);
    if (this.isAway) throw new Error('the database is starting up');
    yield* this.#events.filter(({ position }) => position > (after ?? 0));
  }
}

const counted = { firstMs: START_MS, count: 2, periodStartMs: START_MS, periodIntervals: 2 };

describe('the progress of a run', () => {
  it('reaches its goal when all intervals are booked and the chain has caught up', async () => {
    const log = new FakeLog();
    const progress = new SettlementProgress(log, counted, 2);
    const runs: Run[] = ['preliminary', 'final'];
    for (const run of runs) for (const interval of [0, 1]) log.settle(interval, run);
    await progress.look();
    expect([progress.intervals, progress.isReached]).toEqual([2, false]);
    for (const run of runs) for (const interval of [0, 1]) log.confirm(interval, 'commit', run);
    await progress.look();
    expect(progress.isReached).toBe(false);
    log.confirm(0, 'execute');
    await progress.look();
    expect(progress.isReached).toBe(true);
  });

  it('counts no interval twice, and none before the first or after the last', async () => {
    const log = new FakeLog();
    const progress = new SettlementProgress(log, counted);
    for (const interval of [-1, 0, 0, 2]) log.settle(interval, 'preliminary');
    await progress.look();
    log.settle(0, 'final');
    await progress.look();
    expect(progress.intervals).toBe(1);
  });

  it('reads each event once, over an absence of the log', async () => {
    const log = new FakeLog();
    const progress = new SettlementProgress(log, counted);
    log.settle(0, 'preliminary');
    expect(await progress.look()).toBeUndefined();
    log.settle(1, 'preliminary');
    log.isAway = true;
    expect(await progress.look()).toBe('the database is starting up');
    log.isAway = false;
    expect(await progress.look()).toBeUndefined();
    expect(progress.intervals).toBe(2);
    expect(log.readFrom).toEqual([undefined, 1, 1]);
  });
});
