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
import { ledgerEntryOf } from './ledger-entry.ts';
import { SequenceLedger, type SequenceBreak } from './sequence-ledger.ts';

const REMEMBERED = 100_000;

/** Memory of a service without a database: it lasts as long as the process, and forgets the oldest. */
export class MemoryConsumerStore extends ConsumerStore {
  readonly #seen = new Map<string, true>();
  readonly #parked = new Set<string>();
  readonly #lasts = new Map<string, number>();

  constructor(
    private readonly bus: Bus,
    private readonly remembered = REMEMBERED,
  ) {
    super();
  }

  async apply(consumer: string, events: readonly ConsumedEvent[], work: ApplyWork): Promise<ApplyOutcome> {
    const isParked = (event: ConsumedEvent): boolean => this.#parked.has(placeOf(consumer, event.record));
    const parked = events.filter(isParked);
    const going = events.filter((event) => !isParked(event));
    const ids = new Set(going.map((event) => event.id).filter((id) => !this.#seen.has(seenAs(consumer, id))));
    const ledger = this.#ledgerOf(consumer, going);
    const applied: ConsumedEvent[] = [];
    const stale: ConsumedEvent[] = [];
    for (const event of going) {
      // A duplicate inside the batch counts once: the id is taken from the set as it is met.
      const isKnown = !ids.delete(event.id);
      const verdict = ledger.take(ledgerEntryOf(event, isKnown));
      if (!isKnown) (verdict === 'stale' ? stale : applied).push(event);
    }
    if (applied.length > 0) await work(applied, NO_DATABASE);
    for (const event of [...applied, ...stale]) this.#see(consumer, event.id);
    this.#keep(consumer, ledger, events);
    return { applied, parked, stale, breaks: ledger.breaks };
  }

  async deadLetter(consumer: string, letters: readonly DeadLetter[]): Promise<readonly SequenceBreak[]> {
    const ids = new Set(letters.map((letter) => letter.id).filter((id) => !this.#seen.has(seenAs(consumer, id))));
    const ledger = this.#ledgerOf(consumer, letters);
    const fresh = letters.filter((letter) => {
      const isKnown = !ids.delete(letter.id);
      ledger.take(ledgerEntryOf(letter, isKnown));
      return !isKnown;
    });
    await this.bus.publish(fresh.map((letter) => deadLetterRecord(consumer, letter)));
    for (const letter of fresh) {
      if (letter.parksKey) this.#parked.add(placeOf(consumer, letter.record));
      this.#see(consumer, letter.id);
    }
    this.#keep(consumer, ledger, letters);
    return ledger.breaks;
  }

  release(consumer: string, topic: string, key: string): Promise<boolean> {
    return Promise.resolve(this.#parked.delete(placeOf(consumer, { topic, key })));
  }

  #ledgerOf(consumer: string, items: readonly (ConsumedEvent | DeadLetter)[]): SequenceLedger {
    const lasts = items.map(({ record }) => [record.key, this.#lasts.get(placeOf(consumer, record))] as const);
    return new SequenceLedger(new Map(lasts.filter((entry): entry is [string, number] => entry[1] !== undefined)));
  }

  #keep(consumer: string, ledger: SequenceLedger, items: readonly { record: { topic: string } }[]): void {
    const topic = items[0]?.record.topic ?? '';
    for (const [key, { last }] of ledger.tallies) {
      remember(this.#lasts, placeOf(consumer, { topic, key }), { value: last, most: this.remembered });
    }
  }

  #see(consumer: string, id: string): void {
    remember(this.#seen, seenAs(consumer, id), { value: true, most: this.remembered });
  }
}

/** Puts an entry at the end of the map, and drops the first where there are too many. */
function remember<V>(map: Map<string, V>, name: string, { value, most }: { value: V; most: number }): void {
  map.delete(name);
  map.set(name, value);
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

/** What a handler gets as its transaction in a service without a database: any use of it says so. */
const NO_DATABASE = new Proxy(Object.create(null) as EntityManager, {
  get() {
    throw new TypeError('this service has no database: import DatabaseModule, or leave the second parameter away');
  },
});

function placeOf(consumer: string, place: { topic: string; key: string }): string {
  return JSON.stringify([consumer, place.topic, place.key]);
}

function seenAs(consumer: string, id: string): string {
  return `${consumer} ${id}`;
}
