import type { EntityManager } from 'typeorm';
import type { BusRecord } from '../bus/bus.ts';
import type { SequenceBreak } from './sequence-ledger.ts';

/** A record whose headers and payload are in order. */
export interface ConsumedEvent {
  /** `ce_id`. */
  id: string;
  /** `ce_sequence`, where it can be read. */
  sequence: number | undefined;
  record: BusRecord;
  payload: unknown;
  isCompacted: boolean;
}

/** A record that could not be applied, and why. */
export interface DeadLetter {
  /** `ce_id`, or a stand-in where the record has none. */
  id: string;
  sequence: number | undefined;
  record: BusRecord;
  isCompacted: boolean;
  reason: string;
  code: string;
  attempts: number;
  /** Whether later events of the key follow it: they might build on what it would have changed. */
  parksKey: boolean;
  /** Whether it is an event of its topic, and no forgery: else its number may be anything. */
  isSound: boolean;
}

/** What became of a batch. */
export interface ApplyOutcome {
  applied: readonly ConsumedEvent[];
  /** Events whose key is parked: they follow their key into the dead letters. */
  parked: readonly ConsumedEvent[];
  /** Events of a table that are older than what was applied of their key: seen, and left alone. */
  stale: readonly ConsumedEvent[];
  /** Where the numbers of the events leave a gap or go back. */
  breaks: readonly SequenceBreak[];
}

/** Calls the handlers with what is new of a batch. */
export type ApplyWork = (fresh: readonly ConsumedEvent[], tx: EntityManager) => Promise<void>;

/** Remembers what a consumer has applied, how far each key has come and which keys are parked. A batch is of one topic. */
export abstract class ConsumerStore {
  /** Applies each event the consumer has not seen, all in one transaction: the memory of it and the handlers' effects. */
  abstract apply(consumer: string, events: readonly ConsumedEvent[], work: ApplyWork): Promise<ApplyOutcome>;

  /**
   * Parks the keys of the letters that ask for it and sends all letters to `<topic>.<consumer>.dlq`, each once. Resolves to
   * where their numbers leave a gap or go back: a dead event is no missing one.
   */
  abstract deadLetter(consumer: string, letters: readonly DeadLetter[]): Promise<readonly SequenceBreak[]>;

  /** Forgets events too old to come again. */
  async prune(): Promise<void> {}

  /** Lets the events of a key through again. Resolves to whether the key was parked. */
  abstract release(consumer: string, topic: string, key: string): Promise<boolean>;
}
