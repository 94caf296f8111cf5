import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Lifetime, Logger } from '@wattmesh/platform';
import { EventRing } from './event-ring.ts';
import type { StreamEvent } from './stream-event.ts';
import { StreamStore } from './stream.store.ts';

const POLL_WALL_MS = 250;
const PAGE = 1000;
const RING = { events: 5000, characters: 8_000_000 };

/** Polls the log for all streams of this process; while nobody listens it rests. */
@Injectable()
export class StreamPollerService implements OnApplicationShutdown {
  readonly #listeners = new Set<() => void>();
  #ring: EventRing | undefined;
  #isPolling = false;
  #hasEnded = false;

  constructor(
    private readonly store: StreamStore,
    private readonly logger: Logger,
    lifetime: Lifetime,
  ) {
    lifetime.onKill(() => this.#end());
  }

  /** Position of the newest event of the log. */
  head(): Promise<number> {
    return this.store.head();
  }

  /** Calls back when there may be news, until the answer is called. */
  listen(onNews: () => void): () => void {
    this.#listeners.add(onNews);
    if (!this.#isPolling) void this.#poll();
    return () => this.#listeners.delete(onNews);
  }

  /** A page of events after a position: of what was polled last, or of the log where that no longer reaches back so far. */
  async after(position: number, most: number): Promise<StreamEvent[]> {
    return this.#ring?.after(position, most) ?? (await this.store.after(position, most));
  }

  onApplicationShutdown(): void {
    this.#end();
  }

  /** Never rejects: a log that cannot be read now is read the next time. */
  async #poll(): Promise<void> {
    this.#isPolling = true;
    while (this.#listeners.size > 0 && !this.#hasEnded) {
      await this.#readOn().catch((error: unknown) => {
        if (!this.#hasEnded) this.logger.warn({ err: error }, 'the event log cannot be read: trying again');
      });
      for (const onNews of this.#listeners) onNews();
      await new Promise((resolve) => setTimeout(resolve, POLL_WALL_MS));
    }
    this.#isPolling = false;
    this.#ring = undefined;
  }

  async #readOn(): Promise<void> {
    this.#ring ??= new EventRing(await this.store.head(), RING);
    for (let isMore = true; isMore && !this.#hasEnded;) {
      const events = await this.store.after(this.#ring.head, PAGE);
      this.#ring.push(events);
      isMore = events.length === PAGE;
    }
  }

  #end(): void {
    this.#hasEnded = true;
  }
}
