import type { Consumer, EachBatchPayload, IHeaders, Kafka } from 'kafkajs';
import type { BatchHandler, BusRecord } from '../bus/bus.ts';
import type { Logger } from '../service/logger.ts';
import { BatchLanes, type Progress } from './batch-lanes.ts';
import { Commits } from './commits.ts';
import { HEARTBEAT_MS, REBALANCE_MS, SESSION_MS } from './kafka-settings.ts';
import { ReplayRanges } from './replay-ranges.ts';
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
const FETCH_WAIT_MS = 500;
const RETRY = { initialRetryTime: 200, maxRetryTime: 1000, retries: 5 };
const AGAIN_MS = 500;
/** Wall time without an answered fetch after which the client counts as stuck, and is replaced. */
const STUCK_MS = 60_000;
const LOOK_MS = 5000;
/** A handler that takes longer than this will never end: the process cannot make progress. */
const HUNG_MS = 180_000;

/**
 * One consumer group in this process. The client only fetches, keeps the membership alive and commits; what was fetched
 * waits in lanes of our own, so no handler, however slow or failing, holds up a heartbeat or another topic.
 */
export class KafkaConsumerLink {
  readonly #lanes: BatchLanes;
  readonly #commits: Commits;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #highWatermarks = new Map<string, number>();
  readonly #nextOffsets = new Map<string, number>();
  readonly #paused = new Set<string>();
  #replay: ReplayRanges | undefined;
  #consumer: Consumer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isWanted = false;
  #isJoined = false;
  #lastFetchMs = 0;

  constructor(
    private readonly client: ConsumerClient,
    private readonly subscription: Subscription,
  ) {
    this.#lanes = new BatchLanes({
      handle: subscription.handle,
      onHandled: (progress) => this.#handled(progress),
      wait: (wallMs, run) => this.#later(wallMs, run),
      now: () => performance.now(),
    });
    this.#commits = new Commits(
      async (offsets) => this.#consumer?.commitOffsets(offsets),
      (error) =>
        client.logger?.debug({ err: error, group: subscription.group }, 'offsets not committed: records come again'),
    );
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

  /** Leaves the group; resolves when nothing is in hand any more and what was handled is committed. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#lanes.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#running;
    await this.#lanes.settled();
    await this.#commits.settled();
    await this.#end();
  }

  async #begin(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.client.logger?.warn({ err: error, group: this.subscription.group }, 'the broker is away: trying again');
      await this.#end();
      if (this.#isWanted) this.#later(AGAIN_MS, () => (this.#running = this.#begin()));
    }
  }

  async #connect(): Promise<void> {
    const { kafka, topics, replayFrom } = this.client;
    const { group } = this.subscription;
    await topics.ensure(this.subscription.topics);
    this.#replay ??= new ReplayRanges(await topics.rangesToReplay(this.subscription, replayFrom));
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(true) },
    });
    this.#consumer = consumer;
    this.#lastFetchMs = performance.now();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(consumer, payload.memberAssignment));
    consumer.on(consumer.events.FETCH, () => void (this.#lastFetchMs = performance.now()));
    consumer.on(consumer.events.REBALANCING, () => void (this.#isJoined = false));
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#crashed(consumer, payload));
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.subscription.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => Promise.resolve(this.#take(payload)),
    });
  }

  /** What was fetched and not handled may be another's now, and comes again where it is not. */
  #joined(consumer: Consumer, assignment: Record<string, number[]>): void {
    if (consumer !== this.#consumer) return;
    this.#isJoined = true;
    this.#lanes.clear();
    this.#paused.clear();
    this.#highWatermarks.clear();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const offset = this.#replay?.beginsAt({ topic, partition });
        if (offset !== undefined) consumer.seek({ topic, partition, offset: String(offset) });
      }
    }
  }

  #take(fetched: EachBatchPayload): void {
    const { batch } = fetched;
    const { topic, partition } = batch;
    const name = `${topic} ${partition}`;
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
    this.#paused.add(name);
    this.#consumer?.pause([{ topic, partitions: [partition] }]);
  }

  #handled(progress: readonly Progress[]): void {
    const commits = progress.filter((place) => {
      this.#replay?.handled(place, place.nextOffset);
      this.#nextOffsets.set(`${place.topic} ${place.partition}`, place.nextOffset);
      return this.#replay?.isReplay(place, place.nextOffset) !== true;
    });
    if (commits.length > 0) this.#commits.note(commits);
    for (const { topic, partition } of progress) this.#resumeWhereFew(topic, partition);
  }

  #resumeWhereFew(topic: string, partition: number): void {
    if (this.#lanes.waiting(topic, partition) > FEW || !this.#paused.delete(`${topic} ${partition}`)) return;
    this.#consumer?.resume([{ topic, partitions: [partition] }]);
  }

  #crashed(consumer: Consumer, { error, restart }: { error: Error; restart: boolean }): void {
    this.#isJoined = false;
    this.client.logger?.warn(
      { err: error, group: this.subscription.group, restart },
      'the consumer fell out of its group',
    );
    if (!restart && consumer === this.#consumer) this.#replace();
  }

  /** The client may stop silently: no fetch answered for a while, and it is replaced. */
  #watch(): void {
    this.#later(LOOK_MS, () => {
      if (this.#consumer !== undefined && performance.now() - this.#lastFetchMs > STUCK_MS) this.#replace();
      this.#watch();
    });
  }

  #replace(): void {
    if (!this.#isWanted) return;
    this.#running = this.#running.then(() => this.#end()).then(() => (this.#isWanted ? this.#begin() : undefined));
  }

  async #end(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    this.#isJoined = false;
    await consumer?.disconnect().catch(() => undefined);
  }

  #later(wallMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#isWanted) run();
    }, wallMs);
    this.#timers.add(timer);
  }
}

/** Header values are text; of a repeated header the first counts. */
function textHeaders(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : (value ?? ''))]),
  );
}
