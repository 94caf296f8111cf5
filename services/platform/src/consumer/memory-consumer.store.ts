import type { EntityManager } from 'typeorm';
import type { Bus } from '../bus/bus.ts';
import {
  ConsumerStore,
  type ApplyOutcome,
  type ApplyWork,
  type ConsumedEvent,
  type DeadLetter,
} from './consumer-store.ts';
import { deadLetterRecord } from './dead-letter-record.ts';

const REMEMBERED = 100_000;

/** Memory of a service without a database: it lasts as long as the process. */
export class MemoryConsumerStore extends ConsumerStore {
  readonly #seen = new Set<string>();
  readonly #parked = new Set<string>();

  constructor(private readonly bus: Bus) {
    super();
  }

  async apply(consumer: string, events: readonly ConsumedEvent[], work: ApplyWork): Promise<ApplyOutcome> {
    const parked = events.filter((event) => this.#parked.has(parkingOf(consumer, event.record)));
    const ids = new Set(events.map((event) => event.id).filter((id) => !this.#seen.has(seenAs(consumer, id))));
    // A duplicate inside the batch counts once: the id is taken from the set as it is met.
    const fresh = events.filter((event) => !parked.includes(event) && ids.delete(event.id));
    if (fresh.length > 0) await work(fresh, NO_DATABASE);
    for (const event of fresh) this.#remember(seenAs(consumer, event.id));
    return { applied: fresh, parked };
  }

  async deadLetter(consumer: string, letters: readonly DeadLetter[]): Promise<void> {
    const fresh = letters.filter((letter) => !this.#seen.has(seenAs(consumer, letter.id)));
    await this.bus.publish(fresh.map((letter) => deadLetterRecord(consumer, letter)));
    for (const letter of fresh) {
      if (letter.parksKey) this.#parked.add(parkingOf(consumer, letter.record));
      this.#remember(seenAs(consumer, letter.id));
    }
  }

  release(consumer: string, topic: string, key: string): Promise<boolean> {
    return Promise.resolve(this.#parked.delete(parkingOf(consumer, { topic, key })));
  }

  #remember(seen: string): void {
    this.#seen.add(seen);
    if (this.#seen.size <= REMEMBERED) return;
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest);
      break;
    }
  }
}

/** What a handler gets as its transaction in a service without a database: any use of it says so. */
const NO_DATABASE = new Proxy(Object.create(null) as EntityManager, {
  get() {
    throw new TypeError('this service has no database: import DatabaseModule, or leave the second parameter away');
  },
});

function parkingOf(consumer: string, place: { topic: string; key: string }): string {
  return JSON.stringify([consumer, place.topic, place.key]);
}

function seenAs(consumer: string, id: string): string {
  return `${consumer} ${id}`;
}
