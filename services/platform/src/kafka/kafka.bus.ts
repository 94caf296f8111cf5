import type { Kafka } from 'kafkajs';
import { Bus, type BatchHandler, type OutgoingRecord } from '../bus/bus.ts';
import type { Logger } from '../service/logger.ts';
import type { Metrics } from '../service/metrics.ts';
import { kafkaClient } from './kafka-client.link.ts';
import { KafkaConsumerLink } from './kafka-consumer.link.ts';
import { KafkaProducerLink } from './kafka-producer.link.ts';
import { TopicsLink } from './topics.link.ts';

/** Where the broker answers, and who asks. */
export interface KafkaBusOptions {
  /** `host:port` of one or more brokers. */
  brokers: readonly string[];
  /** Name of the process in the broker's logs. */
  clientId: string;
  logger?: Logger;
  /** Get the lag of every group and topic. */
  metrics?: Metrics;
  /** Wall time from which every group handles again what it has committed. */
  replayFrom?: Date;
}

const FINISH_MS = 5000;

/**
 * The bus on Apache Kafka: one consumer per group, one idempotent producer. A broker that is away is waited for; what was
 * published meanwhile is rejected after its retries and is its publisher's to publish again.
 */
export class KafkaBus extends Bus {
  readonly #topics: TopicsLink;
  readonly #producer: KafkaProducerLink;
  readonly #kafka: Kafka;
  readonly #consumers = new Map<string, KafkaConsumerLink>();
  #isRunning = false;

  constructor(private readonly options: KafkaBusOptions) {
    super();
    this.#kafka = kafkaClient(options);
    this.#topics = new TopicsLink(this.#kafka);
    this.#producer = new KafkaProducerLink(this.#kafka, this.#topics);
    options.metrics?.gauge('wattmesh_consumer_lag_records', 'Records fetched or known of and not handled', {
      labels: ['group', 'topic'],
      collect: () => this.lag().map(({ records, ...labels }) => ({ labels, amount: records })),
    });
  }

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#producer.publish(records);
  }

  async subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void> {
    if (this.#consumers.has(group))
      throw new TypeError(`the group ${group} is subscribed already: subscribe all its topics at once`);
    const { logger, replayFrom } = this.options;
    const client = { kafka: this.#kafka, topics: this.#topics, logger, replayFrom };
    const consumer = new KafkaConsumerLink(client, { group, topics, handle });
    this.#consumers.set(group, consumer);
    if (this.#isRunning) consumer.start();
  }

  override async unsubscribe(group: string): Promise<void> {
    const consumer = this.#consumers.get(group);
    this.#consumers.delete(group);
    await consumer?.stop();
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const consumer of this.#consumers.values()) consumer.start();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all([...this.#consumers.keys()].map((group) => this.unsubscribe(group)));
    await this.#producer.stop(FINISH_MS);
  }

  /** True where every group has its partitions. */
  override isReady(): boolean {
    return [...this.#consumers.values()].every((consumer) => consumer.isJoined);
  }

  /** False where a handler hangs for good. */
  override isLive(): boolean {
    return [...this.#consumers.values()].every((consumer) => consumer.isLive);
  }

  /** Records that each group has not handled, by topic, as of its last fetches. */
  lag(): { group: string; topic: string; records: number }[] {
    return [...this.#consumers].flatMap(([group, consumer]) => consumer.lag().map((place) => ({ group, ...place })));
  }
}
