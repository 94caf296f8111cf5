import { describe, expect, it } from 'vitest';
import { RealEffects, type OutgoingRecord } from '@wattmesh/platform';
import { LogStore } from './log.store.ts';
import { StoreFullError, StoreWriteError } from './store.errors.ts';
import { MemoryDisk, type Fault } from './testing/memory-disk.ts';

const READING = 'gateway.reading-taken.v1';
const METERING = 'gateway.interval-metered.v1';

const record = (index: number, topic = READING): OutgoingRecord => ({
  topic,
  key: 'meter',
  value: JSON.stringify({ index }),
  headers: { ce_id: `${topic} ${index}` },
});

function open(disk: MemoryDisk, over: { limitBytes?: number; segmentBytes?: number } = {}): LogStore {
  const isSheddable = (topic: string): boolean => topic === READING;
  return new LogStore({
    folder: '/store',
    effects: new RealEffects(),
    disk,
    segmentBytes: 1_200,
    isSheddable,
    ...over,
  });
}

/** Ids with their numbers, as they leave. */
function forward(store: LogStore): string[] {
  const left: string[] = [];
  store.recall();
  for (let next = store.depart(3); next !== undefined; next = store.depart(3)) {
    left.push(...next.records.map(({ headers }) => `${headers['ce_id']} #${headers['ce_sequence']}`));
    store.acknowledge(next);
  }
  return left;
}

/** Twenty changes, the first half of them forwarded on the way; returns which were kept. */
async function live(disk: MemoryDisk, left: string[]): Promise<{ store: LogStore; kept: number[] }> {
  const store = open(disk);
  const kept: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    try {
      await store.append({ set: { newest: index, padding: 'x'.repeat(100) }, out: [record(index)] });
      kept.push(index);
      expect(store.get('newest')).toBe(index);
    } catch (error) {
      expect(error).toBeInstanceOf(StoreWriteError);
      expect(store.get('newest')).toBe(kept.at(-1));
    }
    if (index < 10) tryForward(store, left);
  }
  return { store, kept };
}

function tryForward(store: LogStore, left: string[]): void {
  try {
    left.push(...forward(store));
  } catch (error) {
    expect(error).toBeInstanceOf(StoreWriteError);
  }
}

const numbered = (kept: readonly number[]): string[] => kept.map((index, at) => `${READING} ${index} #${at + 1}`);

describe('a disk that refuses', () => {
  it.each<[Fault, number]>([
    ['refused', 1],
    ['torn', 1],
    ['refused', 6],
    ['torn', 25],
  ])('at any single change (%s, %i in a row) leaves nothing half-done, and all goes on', async (fault, inARow) => {
    const whole = new MemoryDisk();
    await live(whole, []);
    for (let from = 1; from <= whole.changes; from += 1) {
      const disk = new MemoryDisk();
      const left: string[] = [];
      disk.faultOf = (change) => (change >= from && change < from + inARow ? fault : undefined);
      const { store, kept } = await live(disk, left);
      disk.faultOf = () => undefined;
      await store.append({ set: { newest: 99 } });
      const again = open(disk);
      expect(again.get('newest')).toBe(99);
      left.push(...forward(again));
      expect([...new Set(left)], `from change ${from}`).toEqual(numbered(kept));
    }
  });

  it('at the start finds everything that was kept, forwards it, and keeps on as soon as it can', async () => {
    const disk = new MemoryDisk();
    await open(disk).append({ set: { newest: 1 }, out: [record(1), record(2)] });
    disk.restart();
    // Full: what is there may be written over, nothing new may be made or grow.
    disk.faultOf = (_change, name) => (name === 'open' || name === 'makeFolder' ? 'refused' : undefined);
    const store = open(disk);
    expect(store.get('newest')).toBe(1);
    await expect(store.append({ set: { newest: 2 } })).rejects.toThrow(StoreWriteError);
    expect(forward(store)).toEqual([`${READING} 1 #1`, `${READING} 2 #2`]);
    disk.faultOf = () => undefined;
    await store.append({ set: { newest: 3 }, out: [record(3)] });
    expect(forward(open(disk))).toEqual([`${READING} 3 #3`]);
  });
});

describe('a log of limited length', () => {
  it('sheds the oldest readings, never a metering, and numbers without a gap what is left', async () => {
    const disk = new MemoryDisk();
    const store = open(disk, { limitBytes: 40_000 });
    for (let index = 0; index < 600; index += 1) {
      const metering = index % 10 === 0 ? [record(index, METERING)] : [];
      await store.append({ set: { newest: index }, out: [record(index), ...metering] });
      expect(disk.usedBytes).toBeLessThan(40_000 + 2 * 8_192 + 2_000);
    }
    expect(store.shedCount).toBeGreaterThan(300);
    const left = forward(open(disk, { limitBytes: 40_000 }));
    const [meterings, readings] = [METERING, READING].map((topic) => left.filter((one) => one.startsWith(topic)));
    expect(meterings).toEqual(Array.from({ length: 60 }, (_, index) => `${METERING} ${index * 10} #${index + 1}`));
    expect(readings).toHaveLength(600 - store.shedCount);
    expect(readings?.map((one) => Number(one.split('#')[1]))).toEqual(readings?.map((_, index) => index + 1));
    expect(readings?.at(-1)).toMatch(/ 599 #/);
  });

  it('never sheds what may have left, over a restart too', async () => {
    const disk = new MemoryDisk();
    const first = open(disk, { limitBytes: 40_000 });
    for (let index = 0; index < 50; index += 1) await first.append({ out: [record(index)] });
    const departed = first.depart(5);
    disk.restart();
    const store = open(disk, { limitBytes: 40_000 });
    for (let index = 50; index < 900; index += 1) await store.append({ out: [record(index)] });
    expect(store.shedCount).toBeGreaterThan(0);
    expect(forward(store).slice(0, 5)).toEqual(
      departed?.records.map(({ headers }) => `${headers['ce_id']} #${headers['ce_sequence']}`),
    );
  });

  it('refuses, as the last resort, what may not be shed; what is forwarded makes room', async () => {
    const store = open(new MemoryDisk(), { limitBytes: 20_000 });
    const fill = async (): Promise<void> => {
      for (let index = 0; index < 1_000; index += 1) {
        await store.append({ set: { newest: index }, out: [record(index), record(index, METERING)] });
      }
    };
    await expect(fill()).rejects.toThrow(StoreFullError);
    const newest = store.get('newest');
    const metered = forward(store).filter((one) => one.startsWith(METERING));
    expect(metered).toHaveLength(Number(newest) + 1);
    await store.append({ set: { newest: 2_000 }, out: [record(2_000, METERING)] });
    expect(forward(store)).toEqual([`${METERING} 2000 #${metered.length + 1}`]);
  });

  it.each([10, 50_000])('costs as much for each byte, however long it is, with %i bytes of values', async (bytes) => {
    const disk = new MemoryDisk();
    const store = open(disk, { segmentBytes: 20_000 });
    await store.append({ set: { schedules: 'x'.repeat(bytes) } });
    for (let index = 0; index < 4_000; index += 1) {
      await store.append({ set: { newest: index }, out: [record(index)] });
    }
    expect(disk.writtenBytes).toBeLessThan(1.4 * disk.usedBytes + 2 * bytes);
  });
});
