import { Archive, type OutgoingRecord } from './bus.ts';

/** Archive in memory, for services and specs without a database. */
export class MemoryArchive extends Archive {
  readonly #records: OutgoingRecord[] = [];
  readonly #seen = new Set<string>();
  readonly #newest = new Map<string, Map<string, OutgoingRecord>>();

  /** Every record in the order of publishing. */
  get records(): readonly OutgoingRecord[] {
    return this.#records;
  }

  append(records: readonly OutgoingRecord[]): Promise<void> {
    for (const record of records) this.#add(record);
    return Promise.resolve();
  }

  newestPerKey(topics: readonly string[]): Promise<OutgoingRecord[]> {
    return Promise.resolve(topics.flatMap((topic) => [...(this.#newest.get(topic)?.values() ?? [])]));
  }

  #add(record: OutgoingRecord): void {
    const id = record.headers['ce_id'];
    if (id !== undefined) {
      const identity = `${record.topic} ${id}`;
      if (this.#seen.has(identity)) return;
      this.#seen.add(identity);
    }
    this.#records.push(record);
    let newest = this.#newest.get(record.topic);
    if (newest === undefined) this.#newest.set(record.topic, (newest = new Map()));
    newest.set(record.key, record);
  }
}
