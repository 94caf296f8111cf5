import type { TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { Progress } from './batch-lanes.ts';

/** How offsets get to the broker. */
export interface CommitOptions {
  commit: (offsets: TopicPartitionOffsetAndMetadata[]) => Promise<void>;
  onFailed: (error: unknown) => void;
  /** Calls back after a pause, in wall milliseconds. */
  wait: (wallMs: number, run: () => void) => void;
}

const AGAIN_MS = 1000;

/**
 * Offsets on their way to the broker: one commit at a time, each with the newest of every partition. What could not be committed
 * is tried again until it is, or until the partitions are shared out anew: on a quiet topic no later record would commit it.
 */
export class Commits {
  readonly #dirty = new Map<string, Progress>();
  #committing: Promise<void> | undefined;

  constructor(private readonly options: CommitOptions) {}

  note(progress: readonly Progress[]): void {
    for (const place of progress) this.#dirty.set(nameOf(place), place);
    this.#begin();
  }

  /** Forgets what is not committed: where it is still this process's, it is fetched and handled again. */
  clear(): void {
    this.#dirty.clear();
  }

  /** Resolves when everything noted is committed, or could not be. */
  async settled(): Promise<void> {
    await this.#committing;
  }

  #begin(): void {
    this.#committing ??= this.#commitAll().finally(() => (this.#committing = undefined));
  }

  async #commitAll(): Promise<void> {
    while (this.#dirty.size > 0) {
      const places = [...this.#dirty];
      try {
        await this.options.commit(
          places.map(([, { topic, partition, nextOffset }]) => ({ topic, partition, offset: String(nextOffset) })),
        );
      } catch (error) {
        this.options.onFailed(error);
        this.options.wait(AGAIN_MS, () => this.#begin());
        return;
      }
      for (const [name, place] of places) if (this.#dirty.get(name) === place) this.#dirty.delete(name);
    }
  }
}

function nameOf({ topic, partition }: Progress): string {
  return `${topic} ${partition}`;
}
