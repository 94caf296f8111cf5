/** A record to publish: headers carry the CloudEvents attributes, the value is the JSON payload alone. */
export interface OutgoingRecord {
  topic: string;
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** A record as a consumer sees it. */
export interface BusRecord extends OutgoingRecord {
  partition: number;
  offset: number;
  /** True where the record is the retained state of a compacted topic, delivered again at a start. */
  isReplayed?: boolean;
}

/** Takes a batch of one topic, in order per key. It resolves when the batch is committed; a rejection brings it again. */
export type BatchHandler = (batch: readonly BusRecord[]) => Promise<void>;

/** The event bus: at-least-once, in order per key, one delivery per group. */
export abstract class Bus {
  /** Resolves when the records cannot be lost any more. Never await it inside a batch handler. */
  abstract publish(records: readonly OutgoingRecord[]): Promise<void>;

  abstract subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void>;

  /** Lets a group's handlers go; what they had not committed waits for the group to subscribe again. */
  async unsubscribe(_group: string): Promise<void> {}

  abstract start(): Promise<void>;

  abstract stop(): Promise<void>;

  /** Whether the bus itself keeps the event log; else a consumer of all topics has to. */
  keepsEventLog(): boolean {
    return false;
  }

  /** Whether every group takes part in the deliveries. */
  isReady(): boolean {
    return true;
  }

  /** Whether the process can still make progress: no handler hangs for good. */
  isLive(): boolean {
    return true;
  }
}

/** Keeps every record ever published, once per event id and topic. */
export abstract class Archive {
  abstract append(records: readonly OutgoingRecord[]): Promise<void>;

  /** The newest record of each key of the topics. */
  abstract newestPerKey(topics: readonly string[]): Promise<OutgoingRecord[]>;
}

/** Faults that the memory bus injects, each by its probability per batch (duplicate: per record), from one seed. */
export interface BusFaults {
  seed: number;
  /** A record is delivered again right behind itself. */
  duplicate?: number;
  /** A batch is held back for up to `maxDelayMs` of simulated time. */
  delay?: number;
  maxDelayMs?: number;
  /** A batch is shuffled across keys; the order within a key stays. */
  reorder?: number;
  /** A batch that was handled is taken as not committed and delivered again. */
  crash?: number;
}
