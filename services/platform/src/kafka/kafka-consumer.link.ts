import type { EachBatchPayload, IHeaders, Kafka } from 'kafkajs';
import type { BatchHandler, BusRecord } from '../bus/bus.ts';
import type { Logger } from '../service/logger.ts';
import { AwakeTime } from './awake-time.ts';
import { BatchLanes, type Progress } from './batch-lanes.ts';
import { Commits } from './commits.ts';
import { GroupClient } from './group-client.link.ts';
import { ReplayRanges, type Place } from './replay-ranges.ts';
import { StallWatch } from './stall-watch.ts';
import type { TopicsLink } from './topics.link.ts';

/** A group's subscription in this process. */
export interface Subscription {
  group: string;
  topics: readonly string[];
  handle: BatchHandler;
}

/** What a group's consumer works with. */
export interface ConsumerClient {
  kafka: Kafka;
  topics: TopicsLink;
  logger: Logger | undefined;
  /** Wall time from which the group consumes again at its first start in this process. */
  replayFrom: Date | undefined;
}

/** Records of one partition that may wait here before its fetching pauses, and from how few on it goes on. */
const ENOUGH = 2000;
const FEW = 500;
const AGAIN_MS = 500;
/** Time without an answered fetch after which the client counts as stuck, and is replaced. */
const STUCK_MS = 60_000;
const LOOK_MS = 5000;
const LOOKS_PER_STALL_WATCH = 12;
/** A handler that takes longer than this will never end: the process cannot make progress. */
const HUNG_MS = 180_000;
/** Longest wait of a stop for what is in hand: whoever stops a process soon kills it, and what is not committed comes again. */
const STOP_WITHIN_MS = 6000;

/**
 * One consumer group in this process. The client only fetches, keeps the membership alive and commits; what was fetched
 * waits in lanes of our own, so no handler, however slow or failing, holds up a heartbeat or another topic.
 */
export class KafkaConsumerLink {
  readonly #lanes: BatchLanes;
  readonly #commits: Commits;
  readonly #time = new AwakeTime(() => performance.now(), 2 * LOOK_MS);
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #highWatermarks = new Map<string, number>();
  readonly #nextOffsets = new Map<string, number>();
  readonly #paused = new Map<string, Place>();
  readonly #stalls = new StallWatch();
  #assigned: ReadonlySet<string> = new Set();
  #replay: ReplayRanges | undefined;
  #member: GroupClient | undefined;
  #running: Promise<void> = Promise.resolve();
  #isWanted = false;
  #isJoined = false;
  #lastFetchMs = 0;

  constructor(
    private readonly client: ConsumerClient,
    private readonly subscription: Subscription,
  ) {
    const wait = (wallMs: number, run: () => void): void => this.#later(wallMs, run);
    this.#lanes = new BatchLanes({
      handle: subscription.handle,
      onHandled: (progress) => this.#handled(progress),
      wait,
      now: () => this.#time.nowMs,
    });
    this.#commits = new Commits({
      commit: async (offsets) => this.#member?.commit(offsets),
      onFailed: (error) => client.logger?.debug({ err: error, group: subscription.group }, 'offsets not committed yet'),
      wait,
    });
  }

  get isJoined(): boolean {
    return this.#isJoined;
  }

  get isLive(): boolean {
    return this.#lanes.longestInHandMs < HUNG_MS;
  }

  /** Records of each topic that the broker had at the last fetch and the group has not handled. */
  lag(): { topic: string; records: number }[] {
    const lags = [...this.#highWatermarks].map(([name, highWatermark]) => ({
      topic: name.slice(0, name.indexOf(' ')),
      records: Math.max(0, highWatermark - (this.#nextOffsets.get(name) ?? 0)),
    }));
    return this.subscription.topics.map((topic) => ({
      topic,
      records: lags.filter((lag) => lag.topic === topic).reduce((sum, { records }) => sum + records, 0),
    }));
  }

  /** Begins, and goes on beginning until it succeeds; returns at once. */
  start(): void {
    this.#isWanted = true;
    this.#running = this.#begin();
    this.#watch();
  }

  /** Leaves the group; resolves when nothing is in hand any more and what was handled is committed, or would not end. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#lanes.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    const finished = this.#lanes.settled().then(() => this.#commits.settled());
    await within(STOP_WITHIN_MS, finished);
    const member = this.#member;
    this.#member = undefined;
    this.#isJoined = false;
    await Promise.all([member?.end(), within(AGAIN_MS, this.#running)]);
  }

  async #begin(): Promise<void> {
    const { client, subscription } = this;
    const member: GroupClient = new GroupClient(client.kafka, subscription.group, {
      onJoined: (assignment) => this.#joined(member, assignment),
      onRebalancing: () => void (this.#isJoined = false),
      onFetch: () => void (this.#lastFetchMs = this.#time.nowMs),
      onBatch: (fetched) => this.#take(member, fetched),
      onLost: (error) => this.#lost(member, error),
    });
    this.#member = member;
    this.#lastFetchMs = this.#time.nowMs;
    try {
      await client.topics.ensure(subscription.topics);
      this.#replay ??= new ReplayRanges(await client.topics.rangesToReplay(subscription, client.replayFrom));
      if (member === this.#member) await member.run(subscription.topics);
    } catch (error) {
      this.#lost(member, error);
    }
    // It was stopped or given up while it was beginning, and may have gone on.
    if (member !== this.#member) await member.end();
  }

  /** What was fetched and not handled may be another's now, and comes again where it is not. */
  #joined(member: GroupClient, assignment: Readonly<Record<string, number[]>>): void {
    this.#lanes.clear();
    this.#stalls.forget();
    this.#commits.clear();
    this.#highWatermarks.clear();
    // The client remembers over a sharing out what was paused.
    for (const place of this.#paused.values()) member.resume(place);
    this.#paused.clear();
    const places = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition): Place => ({ topic, partition })),
    );
    this.#assigned = new Set(places.map(nameOf));
    for (const place of places) {
      const offset = this.#replay?.beginsAt(place);
      if (offset !== undefined) member.seek(place, offset);
    }
    this.#isJoined = true;
  }

  #take(member: GroupClient, fetched: EachBatchPayload): void {
    const { batch } = fetched;
    const { topic, partition } = batch;
    const name = nameOf(batch);
    const records = batch.messages.map((message): BusRecord => {
      const offset = Number(message.offset);
      return {
        topic,
        partition,
        offset,
        key: message.key?.toString() ?? '',
        value: message.value?.toString() ?? '',
        headers: textHeaders(message.headers),
        ...(this.#replay?.isReplay({ topic, partition }, offset) ? { isReplayed: true } : {}),
      };
    });
    this.#highWatermarks.set(name, Number(batch.highWatermark));
    if (!this.#nextOffsets.has(name)) this.#nextOffsets.set(name, records[0]?.offset ?? 0);
    fetched.resolveOffset(batch.lastOffset());
    this.#lanes.push(topic, partition, records);
    if (this.#lanes.waiting(topic, partition) < ENOUGH) return;
    this.#paused.set(name, { topic, partition });
    member.pause({ topic, partition });
  }

  #handled(progress: readonly Progress[]): void {
    const commits = progress.filter((place) => {
      this.#replay?.handled(place, place.nextOffset);
      this.#nextOffsets.set(nameOf(place), place.nextOffset);
      // Of a partition that went to another member that one says how far the group has come.
      return this.#assigned.has(nameOf(place)) && this.#replay?.isReplay(place, place.nextOffset) !== true;
    });
    if (commits.length > 0) this.#commits.note(commits);
    for (const place of progress) this.#resumeWhereFew(place);
  }

  #resumeWhereFew(place: Place): void {
    if (this.#lanes.waiting(place.topic, place.partition) > FEW || !this.#paused.delete(nameOf(place))) return;
    this.#member?.resume(place);
  }

  /** The client may stop silently: no fetch answered for a while, or a partition left out, and it is replaced. */
  #watch(looks = 1): void {
    this.#later(LOOK_MS, () => {
      const isStuck = this.#time.nowMs - this.#lastFetchMs > STUCK_MS;
      if (this.#member !== undefined && isStuck) this.#lost(this.#member, new Error('no fetch was answered'));
      if (looks % LOOKS_PER_STALL_WATCH === 0) void this.#lookForStalled();
      this.#watch(looks + 1);
    });
  }

  async #lookForStalled(): Promise<void> {
    const { client, subscription } = this;
    const member = this.#member;
    if (member === undefined || !this.#isJoined) return;
    try {
      const places = (await client.topics.progressOf(subscription)).filter((place) =>
        this.#assigned.has(nameOf(place)),
      );
      const stalled = this.#stalls.look(
        places.map(({ topic, partition, ...seen }) => {
          const name = nameOf({ topic, partition });
          const isWaiting = this.#lanes.waiting(topic, partition) > 0;
          return { ...seen, name, handled: this.#nextOffsets.get(name), isWaiting };
        }),
      );
      if (stalled.length > 0) this.#lost(member, new Error(`nothing is fetched of ${stalled.join(', ')}`));
    } catch (error) {
      client.logger?.debug({ err: error, group: subscription.group }, 'the broker does not say how far the group is');
    }
  }

  /** Whatever becomes of the client, nothing of it counts any more: a new one begins. */
  #lost(member: GroupClient, error: unknown): void {
    if (member !== this.#member || !this.#isWanted) return;
    this.client.logger?.warn(
      { err: error, group: this.subscription.group },
      'out of the consumer group: joining again',
    );
    this.client.topics.forget();
    this.#member = undefined;
    this.#isJoined = false;
    const gone = member.end();
    this.#later(AGAIN_MS, () => {
      this.#running = gone.then(() => (this.#isWanted ? this.#begin() : undefined));
    });
  }

  #later(wallMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#isWanted) run();
    }, wallMs);
    this.#timers.add(timer);
  }
}

function nameOf({ topic, partition }: Place): string {
  return `${topic} ${partition}`;
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([work, outOfTime]);
  clearTimeout(timer);
}

/** Header values are text; of a repeated header the first counts. */
function textHeaders(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : (value ?? ''))]),
  );
}
