import { afterEach, describe, expect, it } from 'vitest';
import { describeBus } from './bus-contract.ts';
import type { BatchHandler, OutgoingRecord } from './bus.ts';
import { StepClock } from '../clock/clock.ts';
import { MemoryArchive } from './memory-archive.ts';
import { MemoryBus, type MemoryBusOptions } from './memory-bus.ts';

const TOPIC = 'market.order-placed.v1';
const START_MS = Date.UTC(2026, 6, 1);

describeBus('the memory bus', () => Promise.resolve(new MemoryBus()));
describeBus('the serial memory bus', () => Promise.resolve(new MemoryBus({ serial: true })));
describeBus('a memory bus of one partition', () => Promise.resolve(new MemoryBus({ partitions: 1 })));

describe('the memory bus', () => {
  let bus: MemoryBus;
  afterEach(() => bus.stop());
  const started = async (options: MemoryBusOptions, handlers: Record<string, BatchHandler>): Promise<MemoryBus> => {
    bus = new MemoryBus(options);
    for (const [group, handle] of Object.entries(handlers)) await bus.subscribe(group, [TOPIC], handle);
    await bus.start();
    return bus;
  };

  it('resolves a publish only when every group has committed and the archive has it', async () => {
    const slow = Promise.withResolvers<void>();
    const archive = new MemoryArchive();
    await started({ archive }, { quick: () => Promise.resolve(), slow: () => slow.promise });
    let isPublished = false;
    const published = bus.publish([record(1)]).then(() => (isPublished = true));
    await turns();
    expect([isPublished, archive.records.length]).toEqual([false, 1]);
    slow.resolve();
    await published;
  });

  it('does not resolve a publish that the archive refused', async () => {
    class FullArchive extends MemoryArchive {
      override append(): Promise<void> {
        return Promise.reject(new Error('disk full'));
      }
    }
    await started({ archive: new FullArchive() }, {});
    await expect(bus.publish([record(1)])).rejects.toThrow('disk full');
  });

  it('keeps what is published before the start for every group that subscribes by then', async () => {
    bus = new MemoryBus();
    const published = bus.publish([record(1)]);
    const taken: string[] = [];
    await bus.subscribe('late', [TOPIC], (batch) =>
      Promise.resolve(void taken.push(...batch.map(({ value }) => value))),
    );
    await turns();
    expect(taken).toEqual([]);
    await bus.start();
    await published;
    expect(taken).toEqual([record(1).value]);
  });

  it('tells whoever waits for a publish when it stops, and refuses later ones', async () => {
    await started({}, { stuck: () => Promise.reject(new Error('away')) });
    const published = bus.publish([record(1)]);
    published.catch(() => undefined);
    await turns();
    await bus.stop();
    await expect(published).rejects.toMatchObject({ code: 'PLATFORM_BUS_STOPPED' });
    await expect(bus.publish([record(2)])).rejects.toMatchObject({ code: 'PLATFORM_BUS_STOPPED' });
  });

  it('ignores what the handlers of a group do after they were let go', async () => {
    const hung = Promise.withResolvers<void>();
    await started({}, { restarted: () => hung.promise });
    const published = bus.publish([record(1)]);
    await turns();
    await bus.unsubscribe('restarted');
    hung.resolve();
    await turns();
    const taken: string[] = [];
    await bus.subscribe('restarted', [TOPIC], (batch) =>
      Promise.resolve(void taken.push(...batch.map((r) => r.value))),
    );
    await published;
    expect(taken).toEqual([record(1).value]);
  });

  it('runs partitions of a group concurrently when live, and one batch over all groups when serial', async () => {
    for (const serial of [false, true]) {
      let running = 0;
      let most = 0;
      const handle: BatchHandler = async () => {
        running += 1;
        most = Math.max(most, running);
        await turns();
        running -= 1;
      };
      await started({ serial }, { one: handle, two: handle });
      await bus.publish(Array.from({ length: 40 }, (_, n) => record(n, `key-${n}`)));
      await bus.stop();
      if (serial) expect(most).toBe(1);
      else expect(most).toBeGreaterThan(2);
    }
  });

  it('holds the step clock while a batch is handled, and lets it run while a group is away', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const log: string[] = [];
    await started(
      { clock, serial: true },
      { slow: () => new Promise((done) => setTimeout(() => (log.push('handled'), done()), 20)) },
    );
    clock.at(START_MS + 1000, 'later', () => void log.push('timer'));
    void bus.publish([record(1)]).catch(() => undefined);
    await clock.runUntil(START_MS + 2000);
    expect(log).toEqual(['handled', 'timer']);
    await bus.unsubscribe('slow');
    void bus.publish([record(2)]).catch(() => undefined);
    await clock.runUntil(START_MS + 3000);
    expect(clock.now()).toBe(START_MS + 3000);
  });

  it('delivers in serial mode by round, topic and group, however the publishers race', async () => {
    const runs: string[][] = [];
    for (const order of [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
    ]) {
      const clock = new StepClock({ simMs: START_MS, speed: 1 });
      bus = new MemoryBus({ clock, serial: true });
      const log: string[] = [];
      const topics = ['market.b.v1', 'market.a.v1', 'market.d.v1', 'market.c.v1'];
      for (const group of ['y', 'x']) {
        await bus.subscribe(group, topics, (batch) => Promise.resolve(void log.push(`${group} ${batch[0]?.topic}`)));
      }
      await bus.start();
      for (const n of order) void bus.publish([{ ...record(n), topic: topics[n] ?? '' }]);
      await clock.runUntil(START_MS);
      await bus.stop();
      runs.push(log);
    }
    expect(runs[0]).toEqual(['a', 'b', 'c', 'd'].flatMap((t) => [`x market.${t}.v1`, `y market.${t}.v1`]));
    expect(runs[1]).toEqual(runs[0]);
  });
});

describe('faults of the memory bus', () => {
  /** Runs a day of records under every fault and returns what a consumer saw, in order. */
  async function seenUnder(seed: number): Promise<{ seen: number[]; keys: Map<string, number[]> }> {
    const clock = new StepClock({ simMs: START_MS, speed: 60 });
    const faults = { seed, duplicate: 0.2, delay: 0.2, maxDelayMs: 5000, reorder: 0.5, crash: 0.2 };
    const bus = new MemoryBus({ clock, serial: true, faults });
    const seen: number[] = [];
    const keys = new Map<string, number[]>();
    await bus.subscribe('consumer', [TOPIC], (batch) => {
      for (const taken of batch) {
        const n = Number(taken.value);
        seen.push(n);
        keys.set(taken.key, [...(keys.get(taken.key) ?? []), n]);
      }
      return Promise.resolve();
    });
    await bus.start();
    for (let n = 0; n < 200; n++) {
      clock.at(
        START_MS + n * 1000,
        'producer',
        () => void bus.publish([{ ...record(n, `key-${n % 7}`), value: `${n}` }]),
      );
    }
    await clock.runUntil(START_MS + 3_600_000);
    await bus.stop();
    return { seen, keys };
  }

  it('lose nothing and keep each key in order but for repeats of a suffix', async () => {
    const { seen, keys } = await seenUnder(7);
    expect(new Set(seen).size).toBe(200);
    expect(seen.length).toBeGreaterThan(200);
    for (const numbers of keys.values()) {
      const firstSeen = numbers.filter((n, index) => numbers.indexOf(n) === index);
      expect(firstSeen).toEqual(firstSeen.toSorted((a, b) => a - b));
    }
  });

  it('are the same for the same seed and others for another', async () => {
    const [one, again, other] = [await seenUnder(1), await seenUnder(1), await seenUnder(2)];
    expect(again.seen).toEqual(one.seen);
    expect(other.seen).not.toEqual(one.seen);
  });
});

function record(n: number, key = 'a'): OutgoingRecord {
  return { topic: TOPIC, key, value: JSON.stringify({ n }), headers: { ce_id: `event-${n}` } };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}
