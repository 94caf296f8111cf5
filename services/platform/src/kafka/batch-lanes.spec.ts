import { describe, expect, it } from 'vitest';
import type { BusRecord } from '../bus/bus.ts';
import { BatchLanes, type Progress } from './batch-lanes.ts';

const record = (partition: number, offset: number): BusRecord => ({
  topic: 'market.order-placed.v1',
  partition,
  offset,
  key: `key-${partition}`,
  value: '{}',
  headers: {},
});
const records = (partition: number, from: number, count: number): BusRecord[] =>
  Array.from({ length: count }, (_, index) => record(partition, from + index));
const places = (batch: readonly BusRecord[]): string[] =>
  batch.map(({ partition, offset }) => `${partition}/${offset}`);
const TOPIC = 'market.order-placed.v1';

/** Lanes whose handler the spec lets go, batch by batch. */
class Bench {
  readonly batches: (readonly BusRecord[])[] = [];
  readonly progress: Progress[] = [];
  readonly waits: { wallMs: number; run: () => void }[] = [];
  readonly lanes: BatchLanes;
  #settle: ((isHandled: boolean) => void)[] = [];
  nowMs = 0;

  constructor() {
    this.lanes = new BatchLanes({
      handle: (batch) =>
        new Promise((resolve, reject) => {
          this.batches.push(batch);
          this.#settle.push((isHandled) => (isHandled ? resolve() : reject(new Error('planned'))));
        }),
      onHandled: (progress) => void this.progress.push(...progress),
      wait: (wallMs, run) => void this.waits.push({ wallMs, run }),
      now: () => this.nowMs,
    });
  }

  async settle(isHandled: boolean): Promise<void> {
    this.#settle.shift()?.(isHandled);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('lanes of a consumer group', () => {
  it('gather what comes while a batch is in hand, over all partitions, into the next one', async () => {
    const bench = new Bench();
    bench.lanes.push(TOPIC, 0, records(0, 0, 1));
    bench.lanes.push(TOPIC, 1, records(1, 5, 2));
    bench.lanes.push(TOPIC, 0, records(0, 1, 1));
    await bench.settle(true);
    expect(bench.batches.map(places)).toEqual([['0/0'], ['1/5', '1/6', '0/1']]);
    await bench.settle(true);
    expect(bench.progress).toEqual([
      { topic: TOPIC, partition: 0, nextOffset: 1 },
      { topic: TOPIC, partition: 1, nextOffset: 7 },
      { topic: TOPIC, partition: 0, nextOffset: 2 },
    ]);
  });

  it('bring a failed batch again at the head of its partitions, after longer and longer pauses', async () => {
    const bench = new Bench();
    bench.lanes.push(TOPIC, 0, records(0, 0, 1));
    for (const expectedMs of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
      await bench.settle(false);
      bench.lanes.push(TOPIC, 0, []);
      const wait = bench.waits.pop();
      expect(wait?.wallMs).toBe(expectedMs);
      wait?.run();
    }
    await bench.settle(true);
    expect(new Set(bench.batches.map((batch) => places(batch).join()))).toEqual(new Set(['0/0']));
    expect(bench.progress).toEqual([{ topic: TOPIC, partition: 0, nextOffset: 1 }]);
  });

  it('let no topic wait for another that fails', async () => {
    const bench = new Bench();
    bench.lanes.push('failing', 0, records(0, 0, 1));
    await bench.settle(false);
    bench.lanes.push(TOPIC, 0, records(0, 0, 1));
    await bench.settle(true);
    expect(bench.progress.map(({ topic }) => topic)).toEqual([TOPIC]);
  });

  it('take turns over partitions where more waits than one batch holds', async () => {
    const bench = new Bench();
    bench.lanes.push(TOPIC, 9, records(9, 0, 1));
    for (const partition of [0, 1, 2]) bench.lanes.push(TOPIC, partition, records(partition, 0, 600));
    const served: Set<number>[] = [];
    for (let round = 0; round < 5; round += 1) {
      await bench.settle(true);
      served.push(new Set(bench.batches.at(-1)?.map(({ partition }) => partition)));
    }
    expect(new Set(served.slice(0, 3).flatMap((partitions) => [...partitions]))).toEqual(new Set([0, 1, 2]));
    expect(bench.batches.every((batch) => batch.length <= 500)).toBe(true);
  });

  it('forget at a rebalance what is not in hand, and count what is as handled all the same', async () => {
    const bench = new Bench();
    bench.lanes.push(TOPIC, 0, records(0, 0, 2));
    bench.lanes.push(TOPIC, 0, records(0, 2, 5));
    bench.lanes.clear();
    // The broker brings again what was not committed.
    bench.lanes.push(TOPIC, 0, records(0, 0, 7));
    await bench.settle(true);
    expect(bench.progress).toEqual([{ topic: TOPIC, partition: 0, nextOffset: 2 }]);
    expect(places(bench.batches[1] ?? [])).toEqual(places(records(0, 0, 7)));
  });

  it('hand nothing over after their end, and tell when nothing is in hand any more', async () => {
    const bench = new Bench();
    bench.lanes.push(TOPIC, 0, records(0, 0, 1));
    bench.lanes.push(TOPIC, 1, records(1, 0, 1));
    bench.lanes.stop();
    const settled = bench.lanes.settled().then(() => bench.batches.length);
    await bench.settle(true);
    expect(await settled).toBe(1);
  });

  it('tell how long the oldest batch has been in hand', async () => {
    const bench = new Bench();
    expect(bench.lanes.longestInHandMs).toBe(0);
    bench.lanes.push(TOPIC, 0, records(0, 0, 1));
    bench.nowMs = 700;
    expect(bench.lanes.longestInHandMs).toBe(700);
    await bench.settle(false);
    expect(bench.lanes.longestInHandMs).toBe(0);
  });
});
