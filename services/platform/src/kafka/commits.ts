import type { TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { Progress } from './batch-lanes.ts';

/** Offsets on their way to the broker: one commit at a time, each with the newest of every partition. */
export class Commits {
  readonly #dirty = new Map<string, Progress>();
  #committing: Promise<void> | undefined;

  constructor(
    private readonly commit: (offsets: TopicPartitionOffsetAndMetadata[]) => Promise<void>,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  note(progress: readonly Progress[]): void {
    for (const place of progress) this.#dirty.set(`${place.topic} ${place.partition}`, place);
    this.#committing ??= this.#commitAll().finally(() => (this.#committing = undefined));
  }

  /** Resolves when everything noted is committed, or could not be: it is then fetched and handled again. */
  async settled(): Promise<void> {
    await this.#committing;
  }

  async #commitAll(): Promise<void> {
    while (this.#dirty.size > 0) {
      const places = [...this.#dirty.values()];
      this.#dirty.clear();
      try {
        await this.commit(
          places.map(({ topic, partition, nextOffset }) => ({ topic, partition, offset: String(nextOffset) })),
        );
      } catch (error) {
        this.onFailed(error);
      }
    }
  }
}
