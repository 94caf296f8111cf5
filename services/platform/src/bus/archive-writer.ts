import type { Archive, OutgoingRecord } from './bus.ts';

interface Entry {
  records: readonly OutgoingRecord[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Writes to an archive in the order of the calls, everything that waits in one append. */
export class ArchiveWriter {
  #waiting: Entry[] = [];
  #isWriting = false;

  constructor(private readonly archive: Archive) {}

  append(records: readonly OutgoingRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const entries = this.#waiting;
      this.#waiting = [];
      try {
        await this.archive.append(entries.flatMap((entry) => entry.records));
        for (const entry of entries) entry.resolve();
      } catch (error) {
        for (const entry of entries) entry.reject(error);
      }
    }
    this.#isWriting = false;
  }
}
