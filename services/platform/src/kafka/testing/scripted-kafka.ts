import type { ConsumerRunConfig, EachBatchPayload, Kafka, ProducerBatch } from 'kafkajs';

type Listener = (event: { payload: unknown }) => void;

const EVENTS = ['GROUP_JOIN', 'REBALANCING', 'FETCH_START', 'FETCH', 'CRASH', 'STOP'] as const;

/** One consumer of the client as a spec plays it: it tells what the spec has it tell. */
export class ScriptedConsumer {
  readonly events = Object.fromEntries(EVENTS.map((name) => [name, name]));
  readonly commits: unknown[] = [];
  readonly resumed: unknown[] = [];
  readonly resolved: string[] = [];
  isStopped = false;
  disconnects = 0;
  commitFailures = 0;
  /** Resolves when the client may be connected. */
  connected: Promise<void> = Promise.resolve();
  /** Resolves when the client may have ended. */
  ended: Promise<void> = Promise.resolve();
  #eachBatch: ConsumerRunConfig['eachBatch'];
  readonly #listeners = new Map<string, Listener[]>();

  on(name: string, listener: Listener): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  tell(name: (typeof EVENTS)[number], payload: object = {}): void {
    for (const listener of this.#listeners.get(name) ?? []) listener({ payload });
  }

  join(memberAssignment: Record<string, number[]>): void {
    this.tell('GROUP_JOIN', { memberAssignment });
  }

  /** As the client does it before it tells of a crash. */
  crash(): void {
    this.isStopped = true;
    this.tell('STOP');
    this.tell('CRASH', { error: new Error('planned crash'), restart: false });
  }

  bring(topic: string, partition: number, offsets: readonly number[]): Promise<void> {
    const messages = offsets.map((offset) => ({
      offset: String(offset),
      key: Buffer.from('home-1'),
      value: Buffer.from('{}'),
      headers: {},
    }));
    const last = messages.at(-1)?.offset ?? '0';
    const batch = { topic, partition, messages, highWatermark: String(Number(last) + 1), lastOffset: () => last };
    const resolveOffset = (offset: string): void => void this.resolved.push(`${topic}/${partition}/${offset}`);
    return this.#eachBatch?.({ batch, resolveOffset } as unknown as EachBatchPayload) ?? Promise.resolve();
  }

  connect(): Promise<void> {
    return this.connected;
  }

  async subscribe(): Promise<void> {}

  async run({ eachBatch }: ConsumerRunConfig): Promise<void> {
    this.#eachBatch = eachBatch;
  }

  seek(): void {
    this.#assertRunning();
  }

  pause(): void {
    this.#assertRunning();
  }

  resume(places: unknown[]): void {
    this.#assertRunning();
    this.resumed.push(...places);
  }

  async commitOffsets(offsets: unknown[]): Promise<void> {
    this.#assertRunning();
    if (this.commitFailures-- > 0) throw new Error('planned failure of a commit');
    this.commits.push(...offsets);
  }

  disconnect(): Promise<void> {
    this.disconnects += 1;
    this.isStopped = true;
    return this.ended;
  }

  #assertRunning(): void {
    if (this.isStopped) throw new Error('Consumer group was not initialized, consumer#run must be called first');
  }
}

/** One producer of the client as a spec plays it. */
export class ScriptedProducer {
  /** Keys of what was sent. */
  readonly sent: string[] = [];
  disconnects = 0;
  connected: Promise<void> = Promise.resolve();
  ended: Promise<void> = Promise.resolve();
  send: () => Promise<void> = () => Promise.resolve();

  connect(): Promise<void> {
    return this.connected;
  }

  async sendBatch({ topicMessages = [] }: ProducerBatch): Promise<void> {
    await this.send();
    for (const { messages } of topicMessages) this.sent.push(...messages.map(({ key }) => String(key)));
  }

  disconnect(): Promise<void> {
    this.disconnects += 1;
    return this.ended;
  }
}

/** A client of brokers that have the topics given, and the consumers it has made, the newest last. */
export function scriptedKafka(
  topics: readonly string[],
  prepare: (made: ScriptedConsumer) => void = () => undefined,
  prepareProducer: (made: ScriptedProducer) => void = () => undefined,
) {
  const consumers: ScriptedConsumer[] = [];
  const producers: ScriptedProducer[] = [];
  const ends = new Map<string, number>();
  const looks: number[] = [];
  const admin = {
    connect: async () => {},
    disconnect: async () => {},
    listTopics: async () => {
      looks.push(looks.length);
      return topics;
    },
    fetchOffsets: async () => topics.map((topic) => ({ topic, partitions: [{ partition: 0, offset: '-1' }] })),
    fetchTopicOffsets: async (topic: string) => [{ partition: 0, low: '0', high: String(ends.get(topic) ?? 0) }],
  };
  const consumer = (): ScriptedConsumer => {
    const made = new ScriptedConsumer();
    prepare(made);
    consumers.push(made);
    return made;
  };
  const producer = (): ScriptedProducer => {
    const made = new ScriptedProducer();
    prepareProducer(made);
    producers.push(made);
    return made;
  };
  return { kafka: { admin: () => admin, consumer, producer } as unknown as Kafka, consumers, producers, ends, looks };
}
