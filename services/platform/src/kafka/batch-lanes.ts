import type { BatchHandler, BusRecord } from '../bus/bus.ts';

/** How far a group has come in one partition: `nextOffset` is the first record it has not handled. */
export interface Progress {
  topic: string;
  partition: number;
  nextOffset: number;
}

/** What a group's lanes need from outside. */
export interface LaneOptions {
  handle: BatchHandler;
  onHandled: (progress: readonly Progress[]) => void;
  /** Calls back after a pause, in wall milliseconds. */
  wait: (wallMs: number, run: () => void) => void;
  /** Wall milliseconds, monotonic. */
  now: () => number;
}

interface TopicLanes {
  topic: string;
  partitions: Map<number, BusRecord[]>;
  failures: number;
  /** True while a batch is with the handler or waits for its next try. */
  isBusy: boolean;
  /** Since when a batch is with the handler. */
  inHandSince: number | undefined;
}

const BATCH = 500;
const TOPICS_AT_ONCE = 3;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5000;

/**
 * What one group has fetched and not handled yet. Group commit: while a batch of a topic is with the handler, its other
 * partitions' records gather and go together in the next one, so a busy topic costs few transactions. A batch that fails stays
 * at the head of its partitions and comes again after a pause, for ever; other topics go on. O(1) per record.
 *
 * @example lanes.push('market.order-placed.v1', 3, records)
 */
export class BatchLanes {
  readonly #topics = new Map<string, TopicLanes>();
  readonly #inHand = new Set<Promise<void>>();
  #epoch = 0;
  #isStopped = false;

  constructor(private readonly options: LaneOptions) {}

  /** Records that wait in one partition. */
  waiting(topic: string, partition: number): number {
    return this.#topics.get(topic)?.partitions.get(partition)?.length ?? 0;
  }

  /** Wall milliseconds for which the longest batch in hand has been with its handler. */
  get longestInHandMs(): number {
    const since = [...this.#topics.values()].flatMap((topic) => topic.inHandSince ?? []);
    return since.length === 0 ? 0 : this.options.now() - Math.min(...since);
  }

  push(topic: string, partition: number, records: readonly BusRecord[]): void {
    let lanes = this.#topics.get(topic);
    if (lanes === undefined) {
      lanes = { topic, partitions: new Map(), failures: 0, isBusy: false, inHandSince: undefined };
      this.#topics.set(topic, lanes);
    }
    const waiting = lanes.partitions.get(partition) ?? [];
    lanes.partitions.set(partition, waiting);
    for (const record of records) waiting.push(record);
    this.#run();
  }

  /** Forgets what is not in hand: the partitions were shared out anew, and what was not committed is fetched again. */
  clear(): void {
    this.#epoch += 1;
    for (const lanes of this.#topics.values()) lanes.partitions.clear();
  }

  /** Hands nothing over any more. */
  stop(): void {
    this.#isStopped = true;
    this.clear();
  }

  /** Resolves when nothing is with a handler any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#inHand);
  }

  #run(): void {
    for (const lanes of this.#topics.values()) {
      if (this.#isStopped || this.#inHand.size >= TOPICS_AT_ONCE) return;
      if (!lanes.isBusy && hasRecords(lanes)) this.#hold(this.#hand(lanes));
    }
  }

  async #hand(lanes: TopicLanes): Promise<void> {
    const [epoch, heads] = [this.#epoch, headsOf(lanes)];
    lanes.isBusy = true;
    lanes.inHandSince = this.options.now();
    toTheEnd(this.#topics, lanes.topic, lanes);
    const isHandled = await this.options.handle(heads.flatMap(({ records }) => records)).then(
      () => true,
      () => false,
    );
    lanes.inHandSince = undefined;
    if (isHandled) this.#done(lanes, heads, epoch === this.#epoch);
    else this.#again(lanes);
  }

  #hold(work: Promise<void>): void {
    const settled = work.finally(() => {
      this.#inHand.delete(settled);
      this.#run();
    });
    this.#inHand.add(settled);
  }

  #done(lanes: TopicLanes, heads: readonly Head[], isStillOurs: boolean): void {
    lanes.failures = 0;
    lanes.isBusy = false;
    for (const { partition, records } of isStillOurs ? heads : []) {
      const waiting = lanes.partitions.get(partition) ?? [];
      waiting.splice(0, records.length);
      toTheEnd(lanes.partitions, partition, waiting);
    }
    const progress = heads.map(({ partition, records }) => ({
      topic: lanes.topic,
      partition,
      nextOffset: (records.at(-1)?.offset ?? -1) + 1,
    }));
    this.options.onHandled(progress);
  }

  #again(lanes: TopicLanes): void {
    lanes.failures += 1;
    const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** (lanes.failures - 1), MAX_RETRY_MS);
    this.options.wait(pauseMs, () => {
      lanes.isBusy = false;
      this.#run();
    });
  }
}

interface Head {
  partition: number;
  records: readonly BusRecord[];
}

function hasRecords(lanes: TopicLanes): boolean {
  return [...lanes.partitions.values()].some((records) => records.length > 0);
}

/** Whoever was served is served again after all others. */
function toTheEnd<K, V>(row: Map<K, V>, key: K, value: V): void {
  row.delete(key);
  row.set(key, value);
}

/** The next records of each partition, at most a batch of them in all. */
function headsOf({ partitions }: TopicLanes): Head[] {
  let room = BATCH;
  return [...partitions].flatMap(([partition, waiting]) => {
    const records = waiting.slice(0, room);
    room -= records.length;
    return records.length === 0 ? [] : [{ partition, records }];
  });
}
