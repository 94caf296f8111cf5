import { createHash } from 'node:crypto';
import type { EventDefinition } from '@wattmesh/events';
import type { EntityManager } from 'typeorm';
import type { BusRecord } from '../bus/bus.ts';
import { ConsumerMeter } from './consumer-meter.ts';
import type { ConsumedEvent, ConsumerStore, DeadLetter } from './consumer-store.ts';
import { decodeEvent } from './decode-event.ts';
import { DomainError } from '../service/domain-error.ts';
import { CrashError } from '../service/effects.ts';
import { isOutage } from './is-outage.ts';
import { plainText } from './plain-text.ts';
import type { ServiceContext } from '../service/runtime.ts';

/** One decorated method. */
export interface EventHandler {
  name: string;
  from: 'beginning' | 'now';
  handle: (payloads: unknown[], tx: EntityManager) => Promise<void> | void;
}

/** One topic of a service and who handles it, in order. */
export interface TopicSubscription {
  event: EventDefinition;
  handlers: EventHandler[];
}

const ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 10;
const REASON_LIMIT = 1000;

/** Consumes one topic for one service: validate, apply in a transaction, retry one by one, dead-letter. */
export class TopicConsumer {
  readonly #meter: ConsumerMeter;

  constructor(
    private readonly service: ServiceContext,
    private readonly store: ConsumerStore,
    private readonly subscription: TopicSubscription,
  ) {
    this.#meter = new ConsumerMeter(service, subscription.event.topic);
  }

  /** Resolves when every record has been applied or dead-lettered; rejects where a server is away, or the service died. */
  async consume(batch: readonly BusRecord[]): Promise<void> {
    const { events, letters } = this.#decode(batch);
    const failed = events.length > 0 ? await this.#applyAll(events) : [];
    await this.#bury([...failed, ...letters]);
  }

  #decode(batch: readonly BusRecord[]): { events: ConsumedEvent[]; letters: DeadLetter[] } {
    const events: ConsumedEvent[] = [];
    const letters: DeadLetter[] = [];
    const deadKeys = new Set<string>();
    for (const found of batch) {
      const decoded = decodeEvent(this.subscription.event, found);
      if (!decoded.isValid) {
        letters.push(decoded.letter);
        if (decoded.letter.parksKey) deadKeys.add(decoded.letter.record.key);
      } else if (deadKeys.has(decoded.event.record.key)) letters.push(parkedLetter(decoded.event));
      else events.push(decoded.event);
    }
    return { events, letters };
  }

  async #applyAll(events: readonly ConsumedEvent[]): Promise<DeadLetter[]> {
    try {
      return await this.#apply(events);
    } catch (error) {
      if (isFatal(error)) throw error;
      return this.#applyOneByOne(events);
    }
  }

  async #apply(events: readonly ConsumedEvent[]): Promise<DeadLetter[]> {
    const outcome = await this.store.apply(this.service.name, events, (fresh, tx) => this.#handle(fresh, tx));
    this.#meter.applied(outcome);
    return outcome.parked.map(parkedLetter);
  }

  async #handle(fresh: readonly ConsumedEvent[], tx: EntityManager): Promise<void> {
    for (const handler of this.subscription.handlers) {
      const wanted = handler.from === 'now' ? fresh.filter(({ record }) => record.isReplayed !== true) : fresh;
      if (wanted.length > 0)
        await handler.handle(
          wanted.map(({ payload }) => payload),
          tx,
        );
    }
  }

  async #applyOneByOne(events: readonly ConsumedEvent[]): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    const deadKeys = new Set<string>();
    for (const event of events) {
      const failed = deadKeys.has(event.record.key) ? [parkedLetter(event)] : await this.#applyOne(event);
      if (failed.some((letter) => letter.parksKey)) {
        deadKeys.add(event.record.key);
        letters.push(...failed);
      } else {
        // At once: the key goes on, and the number of its next event follows this one's.
        await this.#bury(failed);
      }
    }
    return letters;
  }

  async #applyOne(event: ConsumedEvent): Promise<DeadLetter[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#apply([event]);
      } catch (error) {
        if (isFatal(error)) throw error;
        if (attempt === ATTEMPTS || !isRetriable(error)) return [letterOf(event, error, attempt)];
        await wallPause(FIRST_BACKOFF_MS * 2 ** (attempt - 1));
      }
    }
  }

  async #bury(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const breaks = await this.store.deadLetter(this.service.name, letters);
    this.#meter.buried(letters, breaks);
  }
}

/** Not the event's fault: the service died, or a server is away. */
function isFatal(error: unknown): boolean {
  return error instanceof CrashError || isOutage(error);
}

function isRetriable(error: unknown): boolean {
  return !(error instanceof DomainError) || error.retriable;
}

function letterOf(event: ConsumedEvent, error: unknown, attempts: number): DeadLetter {
  const code = error instanceof DomainError ? error.code : 'PLATFORM_HANDLER_FAILED';
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const reason = plainText(text, REASON_LIMIT);
  const letter = { ...deadOf(event), reason, code, attempts, parksKey: true, isSound: true };
  if (!(error instanceof DomainError && error.isOneEventOnly)) return letter;
  return { ...letter, id: contentIdOf(event), parksKey: false, isSound: false };
}

/** Its own id might be that of a genuine event, which must not count as seen. */
function contentIdOf({ id, record }: ConsumedEvent): string {
  return `${id} ${createHash('sha256').update(record.value).digest('hex')}`;
}

function parkedLetter(event: ConsumedEvent): DeadLetter {
  const reason = 'an earlier event of this key is in the dead letters';
  return { ...deadOf(event), reason, code: 'PLATFORM_KEY_PARKED', attempts: 0, parksKey: true, isSound: true };
}

function deadOf({
  id,
  sequence,
  record,
  isCompacted,
}: ConsumedEvent): Pick<DeadLetter, 'id' | 'sequence' | 'record' | 'isCompacted'> {
  return { id, sequence, record, isCompacted };
}

function wallPause(wallMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wallMs));
}
