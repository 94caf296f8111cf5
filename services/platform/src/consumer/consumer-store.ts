import type { EntityManager } from 'typeorm';
import type { BusRecord } from '../bus/bus.ts';

/** A record whose headers and payload are in order. */
export interface ConsumedEvent {
  /** `ce_id`. */
  id: string;
  record: BusRecord;
  payload: unknown;
  isCompacted: boolean;
}

/** A record that could not be applied, and why. */
export interface DeadLetter {
  /** `ce_id`, or a stand-in where the record has none. */
  id: string;
  record: BusRecord;
  isCompacted: boolean;
  reason: string;
  code: string;
  attempts: number;
  /** Whether later events of the key follow it: they might build on what it would have changed. */
  parksKey: boolean;
}

/** What became of a batch. */
export interface ApplyOutcome {
  applied: readonly ConsumedEvent[];
  /** Events whose key is parked: they follow their key into the dead letters. */
  parked: readonly ConsumedEvent[];
}

/** Calls the handlers with what is new of a batch. */
export type ApplyWork = (fresh: readonly ConsumedEvent[], tx: EntityManager) => Promise<void>;

/** Remembers what a consumer has applied and which keys are parked. */
export abstract class ConsumerStore {
  /** Applies each event the consumer has not seen, all in one transaction: the memory of it and the handlers' effects. */
  abstract apply(consumer: string, events: readonly ConsumedEvent[], work: ApplyWork): Promise<ApplyOutcome>;

  /** Parks the keys of the letters that ask for it and sends all letters to `<topic>.<consumer>.dlq`, each once. */
  abstract deadLetter(consumer: string, letters: readonly DeadLetter[]): Promise<void>;

  /** Forgets events too old to come again. */
  async prune(): Promise<void> {}

  /** Lets the events of a key through again. Resolves to whether the key was parked. */
  abstract release(consumer: string, topic: string, key: string): Promise<boolean>;
}
