import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bus, BusRecord, OutgoingRecord } from './bus.ts';

/** Topics of the contract: kept in full, and compacted (a new consumer sees the newest of each key). */
const KEPT = 'market.order-placed.v1';
const OTHER = 'market.mandate-signed.v1';
const COMPACTED = 'portal.site-configured.v1';
const PATIENCE_MS = 20_000;

/** The behaviour every bus owes its consumers. `makeBus` gives a bus of its own to each test, not started. */
export function describeBus(name: string, makeBus: () => Promise<Bus>): void {
  describe(`${name} keeps the contract of the bus`, () => {
    let bus: Bus;
    beforeEach(async () => {
      bus = await makeBus();
    });
    afterEach(async () => {
      await bus.stop();
    });
    const start = async (...groups: Inbox[]): Promise<void> => {
      for (const group of groups) await group.subscribe(bus);
      await bus.start();
    };
    describeDelivery(start, () => bus);
    describeSizes(start, () => bus);
    describeNewConsumers(start, () => bus);
    describeRedelivery(start, () => bus);
  });
}

function describeDelivery(start: Start, bus: () => Bus): void {
  it('brings every record to every group, once and unchanged', async () => {
    const groups = [new Inbox('one', [KEPT]), new Inbox('two', [KEPT])];
    await start(...groups);
    await bus().publish([record(1, 'a'), record(2, 'b')]);
    for (const group of groups) {
      await group.has(2);
      expect(group.records).toHaveLength(2);
      const taken = group.records.map(({ topic, key, value, headers }) => ({ topic, key, value, headers }));
      expect(taken.sort(byValue)).toEqual([record(1, 'a'), record(2, 'b')]);
    }
  });

  it('keeps the order within a key over many keys and many publishes', async () => {
    const group = new Inbox('ordered', [KEPT]);
    await start(group);
    const records = Array.from({ length: 400 }, (_, n) => record(n, `key-${n % 13}`));
    const publishes = [];
    for (let from = 0; from < records.length; from += 40) publishes.push(bus().publish(records.slice(from, from + 40)));
    await Promise.all(publishes);
    await group.has(400);
    expect(group.records).toHaveLength(400);
    for (const ofKey of Map.groupBy(group.records, ({ key }) => key).values()) {
      const numbers = ofKey.map(numberOf);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  it('puts records of one key into one partition with rising offsets', async () => {
    const group = new Inbox('placed', [KEPT]);
    await start(group);
    await bus().publish([record(1, 'a'), record(2, 'b'), record(3, 'a')]);
    await group.has(3);
    const ofA = group.records.filter(({ key }) => key === 'a');
    expect(new Set(ofA.map(({ partition }) => partition)).size).toBe(1);
    expect((ofA[1]?.offset ?? 0) > (ofA[0]?.offset ?? 0)).toBe(true);
  });

  it('hands over batches of one topic alone', async () => {
    const group = new Inbox('pure', [KEPT, OTHER]);
    await start(group);
    await bus().publish([record(1, 'a'), { ...record(2, 'a'), topic: OTHER }, record(3, 'a')]);
    await group.has(3);
    for (const batch of group.batches) expect(new Set(batch.map(({ topic }) => topic)).size).toBe(1);
  });
}

function describeSizes(start: Start, bus: () => Bus): void {
  it('has a publish of nothing done at once', async () => {
    await start();
    await expect(bus().publish([])).resolves.toBeUndefined();
  });

  it('refuses a record of 2 MB by name and brings what comes after it', async () => {
    const group = new Inbox('sized', [KEPT]);
    await start(group);
    const huge = { ...record(1, 'a'), value: JSON.stringify({ n: 1, filling: 'x'.repeat(2_000_000) }) };
    await expect(bus().publish([huge])).rejects.toMatchObject({ code: 'PLATFORM_RECORD_TOO_LARGE' });
    const large = { ...record(2, 'a'), value: JSON.stringify({ n: 2, filling: 'x'.repeat(900_000) }) };
    await bus().publish([large, { ...large, key: 'b' }, record(3, 'a')]);
    await group.has(3);
    expect(group.records.filter(({ key }) => key === 'a').map(numberOf)).toEqual([2, 3]);
  });
}

function describeNewConsumers(start: Start, bus: () => Bus): void {
  it('shows a new consumer of a compacted topic the newest record of each key', async () => {
    await start(new Inbox('early', [COMPACTED]));
    const of = (n: number, key: string): OutgoingRecord => ({ ...record(n, key), topic: COMPACTED });
    await bus().publish([of(1, 'a'), of(2, 'b')]);
    await bus().publish([of(3, 'a')]);
    const late = new Inbox('late', [COMPACTED]);
    await late.subscribe(bus());
    await until(() => [2, 3].every((n) => late.records.some((taken) => numberOf(taken) === n)));
    expect(
      late.records
        .filter(({ key }) => key === 'a')
        .map(numberOf)
        .at(-1),
    ).toBe(3);
  });
}

function describeRedelivery(start: Start, bus: () => Bus): void {
  it('brings a failed batch again, before anything later of its keys', async () => {
    const group = new Inbox('failing', [KEPT]);
    group.failures = 2;
    await start(group);
    await Promise.all([bus().publish([record(1, 'a')]), bus().publish([record(2, 'a')])]);
    await group.has(2);
    expect(group.records.map(numberOf)).toEqual([1, 2]);
    expect(group.calls).toBeGreaterThanOrEqual(3);
  });

  it('lets no failing group hold another back', async () => {
    const failing = new Inbox('failing', [KEPT]);
    failing.failures = Number.POSITIVE_INFINITY;
    const healthy = new Inbox('healthy', [KEPT]);
    await start(failing, healthy);
    const published = bus().publish([record(1, 'a')]);
    published.catch(() => undefined);
    await healthy.has(1);
    expect(failing.records).toEqual([]);
  });

  it('keeps what a group had not committed until the group comes back', async () => {
    const before = new Inbox('restarted', [KEPT]);
    before.failures = Number.POSITIVE_INFINITY;
    await start(before);
    const published = bus().publish([record(1, 'a'), record(2, 'b')]);
    await until(() => before.calls > 0);
    await bus().unsubscribe('restarted');
    const after = new Inbox('restarted', [KEPT]);
    await after.subscribe(bus());
    await after.has(2);
    expect(new Set(after.records.map(numberOf))).toEqual(new Set([1, 2]));
    await published;
  });
}

type Start = (...groups: Inbox[]) => Promise<void>;

/** A group that notes what it committed; it fails its first `failures` batches. */
class Inbox {
  readonly records: BusRecord[] = [];
  readonly batches: (readonly BusRecord[])[] = [];
  failures = 0;
  calls = 0;

  constructor(
    readonly group: string,
    readonly topics: readonly string[],
  ) {}

  subscribe(bus: Bus): Promise<void> {
    return bus.subscribe(this.group, this.topics, (batch) => {
      this.calls += 1;
      if (this.calls <= this.failures) return Promise.reject(new Error('planned failure'));
      this.batches.push(batch);
      this.records.push(...batch);
      return Promise.resolve();
    });
  }

  async has(count: number): Promise<void> {
    await until(() => this.records.length >= count);
  }
}

function record(n: number, key: string): OutgoingRecord {
  return { topic: KEPT, key, value: JSON.stringify({ n }), headers: { ce_id: `event-${n}`, ce_type: KEPT } };
}

function numberOf(taken: { value: string }): number {
  return (JSON.parse(taken.value) as { n: number }).n;
}

function byValue(a: { value: string }, b: { value: string }): number {
  return numberOf(a) - numberOf(b);
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the test waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
