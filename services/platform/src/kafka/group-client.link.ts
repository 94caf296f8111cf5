import type { Consumer, EachBatchPayload, Kafka, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import { HEARTBEAT_MS, REBALANCE_MS, SESSION_MS } from './kafka-settings.ts';
import type { Place } from './replay-ranges.ts';

/** What a client tells of itself. */
export interface GroupEvents {
  onJoined: (assignment: Readonly<Record<string, number[]>>) => void;
  onRebalancing: () => void;
  onFetch: () => void;
  onBatch: (fetched: EachBatchPayload) => void;
  /** It has left its group for good, whatever the reason. Called once. */
  onLost: (error: Error) => void;
}

const FETCH_WAIT_MS = 500;
const RETRY = { initialRetryTime: 200, maxRetryTime: 1000, retries: 5 };
/** A client that does not end by then is left to itself: without heartbeats its session expires. */
const END_WITHIN_MS = 10_000;

/**
 * One membership in a consumer group, from its first join to its loss; it is never started again. The client's own restart
 * goes on though it was told to stop meanwhile, and then holds partitions for nobody: a new client takes its place instead.
 */
export class GroupClient {
  readonly #consumer: Consumer;
  readonly #fetchedFrom = new Set<unknown>();
  #isOver = false;
  #hasJoined = false;
  #isRebalancing = false;

  constructor(
    kafka: Kafka,
    group: string,
    private readonly events: GroupEvents,
  ) {
    this.#consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#listen();
  }

  /** Resolves when it has joined, or is lost. */
  async run(topics: readonly string[]): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async (fetched) => {
        this.#assertWanted();
        this.events.onBatch(fetched);
      },
    });
  }

  seek({ topic, partition }: Place, offset: number): void {
    if (!this.#isOver) this.#consumer.seek({ topic, partition, offset: String(offset) });
  }

  pause({ topic, partition }: Place): void {
    if (!this.#isOver) this.#consumer.pause([{ topic, partitions: [partition] }]);
  }

  resume({ topic, partition }: Place): void {
    if (!this.#isOver) this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  async commit(offsets: TopicPartitionOffsetAndMetadata[]): Promise<void> {
    this.#assertWanted();
    await this.#consumer.commitOffsets(offsets);
  }

  /** Leaves the group; nothing is heard of it any more. */
  async end(): Promise<void> {
    this.#isOver = true;
    let timer: NodeJS.Timeout | undefined;
    const outOfTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, END_WITHIN_MS)));
    // What fails while leaving changes nothing: the session expires.
    await Promise.race([this.#consumer.disconnect().catch(() => undefined), outOfTime]);
    clearTimeout(timer);
  }

  #listen(): void {
    const consumer = this.#consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment));
    consumer.on(consumer.events.FETCH_START, ({ payload }) => void this.#fetchedFrom.add(payload.nodeId));
    consumer.on(consumer.events.FETCH, () => this.#isOver || this.events.onFetch());
    consumer.on(consumer.events.REBALANCING, () => {
      this.#isRebalancing = true;
      if (!this.#isOver) this.events.onRebalancing();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#lost(payload.error));
    // Comes before the crash is told: from here on the client throws whatever it is asked to do.
    consumer.on(consumer.events.STOP, () => this.#lost(new Error('the consumer stopped')));
  }

  /**
   * A throw here makes the client give the membership up. It joins anew by itself while other brokers' fetches are under way:
   * what those bring belongs to the old membership, and would move the new one's places on past what was never handled.
   */
  #joined(assignment: Record<string, number[]>): void {
    this.#assertWanted();
    const isUnannounced = this.#hasJoined && !this.#isRebalancing;
    this.#hasJoined = true;
    this.#isRebalancing = false;
    if (isUnannounced && this.#fetchedFrom.size > 1) {
      const error = new Error('joined again while records were being fetched: beginning anew');
      this.#lost(error);
      throw error;
    }
    this.events.onJoined(assignment);
  }

  #assertWanted(): void {
    if (this.#isOver) throw new Error('this client has left its group');
  }

  #lost(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.events.onLost(error);
  }
}
