import { Partitioners, type IHeaders, type Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { BusStoppedError } from '../bus/bus.errors.ts';
import type { OutgoingRecord } from '../bus/bus.ts';
import { assertSizes } from '../bus/record-size.ts';
import { countForSend } from './count-for-send.ts';
import type { TopicsLink } from './topics.link.ts';

interface Publishing {
  records: readonly OutgoingRecord[];
  sent: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const MOST_AT_ONCE = 1000;
const END_WITHIN_MS = 5000;
const RETRY = { initialRetryTime: 100, maxRetryTime: 2000, retries: 8 };

/**
 * Publishes in the order of the calls, one request in flight, acknowledged by all replicas. What waits goes together. A
 * failed send rejects everything that waits, so that nothing overtakes what its publisher will publish again.
 */
export class KafkaProducerLink {
  #producer: Promise<Producer> | undefined;
  #waiting: Publishing[] = [];
  #sending: Promise<void> | undefined;
  #isStopped = false;
  /** What still waits for the broker must not begin to send any more: its publisher has been told. */
  #isGivenUp = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly topics: TopicsLink,
  ) {}

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#isStopped) throw new BusStoppedError();
    if (records.length === 0) return;
    assertSizes(records);
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ records, sent: 0, resolve, reject });
      this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
    });
  }

  /** Finishes what waits for a moment at most; whoever still waits then is told that the bus stopped. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopped = true;
    let timer: NodeJS.Timeout | undefined;
    const outOfTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
    await Promise.race([this.#sending, outOfTime]);
    this.#isGivenUp = true;
    this.#rejectAll(new BusStoppedError());
    await Promise.race([this.#discard(), outOfTime]);
    clearTimeout(timer);
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#nextRecords();
      const count = countForSend(records);
      try {
        await this.#send(records.slice(0, count));
        this.#landed(count);
      } catch (error) {
        this.#rejectAll(error);
        this.topics.forget();
        // Whether the broker has it is unknown: the next number of this producer could be taken for a repeat and dropped.
        await this.#discard();
      }
    }
  }

  /** The next records, whoever publishes them; looks at no more of what waits than it takes. */
  #nextRecords(): OutgoingRecord[] {
    const records: OutgoingRecord[] = [];
    for (const { records: published, sent } of this.#waiting) {
      records.push(...published.slice(sent, sent + MOST_AT_ONCE - records.length));
      if (records.length === MOST_AT_ONCE) break;
    }
    return records;
  }

  async #send(records: readonly OutgoingRecord[]): Promise<void> {
    const byTopic = Map.groupBy(records, ({ topic }) => topic);
    await this.topics.ensure([...byTopic.keys()]);
    const topicMessages: TopicMessages[] = [...byTopic].map(([topic, ofTopic]) => ({
      topic,
      messages: ofTopic.map(({ key, value, headers }) => ({ key, value, headers: headers as IHeaders })),
    }));
    const producer = await (this.#producer ??= this.#connect());
    if (this.#isGivenUp) throw new BusStoppedError();
    await producer.sendBatch({ acks: -1, topicMessages });
  }

  #landed(count: number): void {
    let left = count;
    while (left > 0) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      const taken = Math.min(left, first.records.length - first.sent);
      first.sent += taken;
      left -= taken;
      if (first.sent < first.records.length) return;
      this.#waiting.shift();
      first.resolve();
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: RETRY,
    });
    await producer.connect();
    return producer;
  }

  #rejectAll(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** A producer that does not end is left to itself: whoever publishes must not wait for it. */
  async #discard(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    this.#producer = undefined;
    let timer: NodeJS.Timeout | undefined;
    const outOfTime = new Promise<void>((resolve) => (timer = setTimeout(resolve, END_WITHIN_MS)));
    await Promise.race([producer?.disconnect().catch(() => undefined), outOfTime]);
    clearTimeout(timer);
  }
}
