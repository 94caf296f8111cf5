import type { BatchHandler, BusRecord } from './bus.ts';

/** A record on its way to one group; `commit` tells its publisher that the group is done with it. */
export interface Delivery {
  readonly record: BusRecord;
  /** Deliveries of one round were published between the same two steps of a serial bus. */
  readonly round: number;
  /** Counts deliveries in the order of publishing. */
  readonly sequence: number;
  readonly commit: () => void;
}

/** One partition of one topic as one group sees it: what the group has not committed, in order. */
export class Lane {
  readonly queue: Delivery[] = [];
  failures = 0;
  #hold: symbol | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  /** True while a batch is with the handler or waits for its next try. */
  get isHeld(): boolean {
    return this.#hold !== undefined;
  }

  /** Keeps the lane from being delivered until the returned function is called; a later hold makes that a no-op. */
  hold(): () => void {
    const hold = Symbol(this.topic);
    this.#hold = hold;
    return () => {
      if (this.#hold === hold) this.#hold = undefined;
    };
  }

  free(): void {
    this.#hold = undefined;
  }
}

/** A consumer group of the memory bus. It outlives its handlers: what they did not commit waits for the next ones. */
export class Group {
  readonly #lanes = new Map<string, Lane>();
  readonly #handlers = new Map<string, BatchHandler>();
  readonly #topics = new Set<string>();
  readonly #onDetach = new Set<() => void>();
  running = 0;

  constructor(readonly name: string) {}

  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  /** From now on records of the topics are kept for the group. */
  expect(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.add(topic);
  }

  attach(topics: readonly string[], handle: BatchHandler): void {
    for (const topic of topics) this.#handlers.set(topic, handle);
  }

  detach(): void {
    this.#handlers.clear();
    for (const release of this.#onDetach) release();
    this.#onDetach.clear();
    for (const lane of this.#lanes.values()) lane.free();
    this.running = 0;
  }

  lane(topic: string, partition: number): Lane {
    const name = `${topic} ${partition}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) this.#lanes.set(name, (lane = new Lane(topic, partition)));
    return lane;
  }

  /** Lanes with something to deliver to a handler that is there, the longest waiting first. */
  readyLanes(): Lane[] {
    return [...this.#lanes.values()]
      .filter((lane) => !lane.isHeld && lane.queue.length > 0 && this.#handlers.has(lane.topic))
      .sort((a, b) => (a.queue[0]?.sequence ?? 0) - (b.queue[0]?.sequence ?? 0));
  }

  /** Hands a batch over. `detached` where the handlers were let go meanwhile: whatever they did does not count. */
  async hand(topic: string, batch: readonly BusRecord[]): Promise<'handled' | 'failed' | 'detached'> {
    const handle = this.#handlers.get(topic);
    if (handle === undefined) return 'detached';
    let release: () => void = () => undefined;
    const detached = new Promise<'detached'>((resolve) => (release = () => resolve('detached')));
    this.#onDetach.add(release);
    try {
      const handled = handle(batch).then(
        () => 'handled' as const,
        () => 'failed' as const,
      );
      return await Promise.race([handled, detached]);
    } finally {
      this.#onDetach.delete(release);
    }
  }

  /** Drops what is undelivered. */
  clear(): void {
    for (const lane of this.#lanes.values()) lane.queue.length = 0;
  }
}
