import { EVENTS } from '@wattmesh/events';
import { ArchiveWriter } from './archive-writer.ts';
import { Bus, type Archive, type BatchHandler, type BusFaults, type BusRecord, type OutgoingRecord } from './bus.ts';
import { BusStoppedError } from './bus.errors.ts';
import { Group, type Delivery, type Lane } from './bus-group.ts';
import { BusTimers } from './bus-timers.ts';
import { chooseNextBatch } from './choose-next-batch.ts';
import type { Clock } from '../clock/clock.ts';
import { FaultInjector } from './fault-injector.ts';
import { MemoryArchive } from './memory-archive.ts';
import { partitionOf } from './partition-of.ts';
import { assertSizes } from './record-size.ts';

/** How a memory bus runs. */
export interface MemoryBusOptions {
  /** Counts deliveries as in flight; in serial mode each delivery is one of its timers. */
  clock?: Clock;
  archive?: Archive;
  partitions?: number;
  /** One batch at a time over all groups, in a fixed order. Else groups and their partitions run concurrently. */
  serial?: boolean;
  faults?: BusFaults;
  /** Whether a new consumer first gets the newest record per key; default: as the event says. */
  isCompacted?: (topic: string) => boolean;
}

/** What a batch takes from one lane. */
interface Head {
  lane: Lane;
  release: () => void;
  deliveries: readonly Delivery[];
}

const PARTITIONS = 4;
const BATCH = 500;
const LANES_AT_ONCE = 3;
const RETRY_WALL_MS = 250;
const MAX_DOUBLINGS = 5;

/** The bus inside one process: partitions, keys, groups, redelivery, and seeded faults. */
export class MemoryBus extends Bus {
  readonly #options: MemoryBusOptions;
  readonly #archive: Archive;
  readonly #writer: ArchiveWriter;
  readonly #faults: FaultInjector;
  readonly #groups = new Map<string, Group>();
  readonly #offsets = new Map<string, number>();
  /** What was published before the start: who gets it is not known until then. */
  readonly #early: (() => void)[] = [];
  readonly #pending = new Set<(error: Error) => void>();
  readonly #timers: BusTimers;
  readonly #deliveries = new Set<Promise<void>>();
  #round = 0;
  #sequence = 0;
  #isRunning = false;
  #isStopped = false;
  #isWoken = false;
  #isDelivering = false;

  constructor(options: MemoryBusOptions = {}) {
    super();
    this.#options = options;
    this.#timers = new BusTimers(options.clock);
    this.#archive = options.archive ?? new MemoryArchive();
    this.#writer = new ArchiveWriter(this.#archive);
    this.#faults = new FaultInjector(options.faults);
  }

  /** Records published before `start` are kept for whoever has subscribed by then. */
  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    if (this.#isStopped) throw new BusStoppedError();
    assertSizes(records);
    const delivered = this.#enqueue(records);
    await Promise.all([this.#track(this.#writer.append(records)), delivered]);
  }

  /** Retained records of compacted topics come first, newest per key. */
  async subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void> {
    const known = this.#groupOf(group);
    known.expect(topics);
    if (this.#isRunning) await this.#replay(known, topics);
    known.attach(topics, handle);
    this.#wake();
  }

  override unsubscribe(group: string): Promise<void> {
    this.#groups.get(group)?.detach();
    return Promise.resolve();
  }

  /** Begins to deliver. Call it when every consumer has subscribed: a group unknown by then may miss what is published. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    const groups = [...this.#groups.values()];
    await Promise.all(groups.map((group) => this.#replay(group, [...group.topics])));
    this.#isRunning = true;
    this.#isStopped = false;
    for (const hand of this.#early.splice(0)) hand();
    this.#wake();
  }

  /** Ends after the batches in hand; whoever waits for a publish is told that the bus stopped. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#isStopped = true;
    this.#timers.cancelAll();
    this.#isWoken = false;
    await Promise.allSettled(this.#deliveries);
    for (const reject of this.#pending) reject(new BusStoppedError());
    this.#pending.clear();
    this.#early.length = 0;
    for (const group of this.#groups.values()) group.clear();
  }

  override keepsEventLog(): boolean {
    return true;
  }

  #groupOf(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new Group(name)));
    return group;
  }

  #enqueue(records: readonly OutgoingRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let open = 1;
      const commit = (): void => {
        open -= 1;
        if (open > 0) return;
        this.#pending.delete(reject);
        resolve();
      };
      this.#pending.add(reject);
      const hand = (): void => {
        for (const record of records) open += this.#handToGroups(this.#place(record), commit);
        commit();
        this.#wake();
      };
      if (this.#isRunning) hand();
      else this.#early.push(hand);
    });
  }

  #handToGroups(record: BusRecord, commit: () => void): number {
    const groups = [...this.#groups.values()].filter((group) => group.topics.has(record.topic));
    for (const group of groups) {
      const place = { record, round: this.#round, sequence: this.#sequence++ };
      group.lane(record.topic, record.partition).queue.push({ ...place, commit });
    }
    return groups.length;
  }

  #place(outgoing: OutgoingRecord): BusRecord {
    const partition = partitionOf(outgoing.key, this.#options.partitions ?? PARTITIONS);
    const place = `${outgoing.topic} ${partition}`;
    const offset = this.#offsets.get(place) ?? 0;
    this.#offsets.set(place, offset + 1);
    return { ...outgoing, partition, offset };
  }

  async #replay(group: Group, topics: readonly string[]): Promise<void> {
    const isCompacted = this.#options.isCompacted ?? ((topic) => EVENTS.get(topic)?.compacted ?? false);
    const compacted = topics.filter(isCompacted);
    if (compacted.length === 0) return;
    const retained = await this.#track(this.#archive.newestPerKey(compacted));
    const lanes = Map.groupBy(retained, (record) =>
      group.lane(record.topic, partitionOf(record.key, this.#options.partitions ?? PARTITIONS)),
    );
    for (const [lane, records] of lanes) {
      lane.queue.unshift(...records.map((record) => retainedDelivery(record, lane.partition)));
    }
  }

  #wake(): void {
    if (!this.#isRunning) return;
    if (this.#options.serial === true) this.#wakeSerial();
    else for (const group of this.#groups.values()) this.#deliverLive(group);
  }

  #wakeSerial(): void {
    if (this.#isWoken || this.#isDelivering || chooseNextBatch(this.#groups.values()) === undefined) return;
    this.#isWoken = true;
    this.#timers.soon(async () => {
      this.#isWoken = false;
      if (!this.#isRunning || this.#isDelivering) return;
      this.#isDelivering = true;
      try {
        const next = chooseNextBatch(this.#groups.values());
        this.#round += 1;
        if (next !== undefined) await this.#deliver(next.group, next.lanes);
      } finally {
        this.#isDelivering = false;
        this.#wake();
      }
    });
  }

  #deliverLive(group: Group): void {
    for (const lane of group.readyLanes()) {
      if (group.running >= LANES_AT_ONCE) return;
      group.running += 1;
      void this.#track(
        this.#deliver(group, [lane]).then((outcome) => {
          if (outcome !== 'detached') group.running -= 1;
          this.#wake();
        }),
      );
    }
  }

  /** Hands the head of the lanes to the group as one batch; removes it where it was committed. */
  async #deliver(group: Group, lanes: readonly Lane[]): Promise<'handled' | 'failed' | 'detached'> {
    const heads = lanes.map((lane) => ({ lane, release: lane.hold(), deliveries: lane.queue.slice(0, BATCH) }));
    const delayMs = this.#faults.delayMs();
    if (delayMs > 0) {
      this.#releaseAfter(delayMs, heads);
      return 'failed';
    }
    const records = heads.flatMap((head) => head.deliveries.map((delivery) => delivery.record));
    const topic = lanes[0]?.topic ?? '';
    const work = group.hand(topic, this.#faults.disturb(records));
    const settled = work.then(() => undefined);
    this.#deliveries.add(settled);
    const outcome = await work;
    this.#deliveries.delete(settled);
    if (outcome === 'detached') return outcome;
    if (outcome === 'handled' && !this.#faults.losesCommit()) this.#commit(heads);
    else this.#releaseAfter(this.#retryMs(lanes), heads);
    return outcome;
  }

  #commit(heads: readonly Head[]): void {
    for (const { lane, release, deliveries } of heads) {
      lane.queue.splice(0, deliveries.length);
      lane.failures = 0;
      release();
      for (const delivery of deliveries) delivery.commit();
    }
  }

  #retryMs(lanes: readonly Lane[]): number {
    for (const lane of lanes) lane.failures += 1;
    const failures = Math.min(lanes[0]?.failures ?? 1, MAX_DOUBLINGS);
    return RETRY_WALL_MS * (this.#options.clock?.speed ?? 0.1) * 2 ** (failures - 1);
  }

  #releaseAfter(delayMs: number, heads: readonly Head[]): void {
    this.#timers.after(delayMs, () => {
      for (const head of heads) head.release();
      this.#wake();
    });
  }

  #track<T>(work: Promise<T>): Promise<T> {
    return this.#options.clock?.track(work) ?? work;
  }
}

function retainedDelivery(record: OutgoingRecord, partition: number): Delivery {
  return {
    record: { ...record, partition, offset: -1, isReplayed: true },
    round: 0,
    sequence: 0,
    commit: () => undefined,
  };
}
