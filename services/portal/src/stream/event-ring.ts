import type { StreamEvent } from './stream-event.ts';

/** How much a ring holds at most. */
export interface RingLimits {
  readonly events: number;
  readonly characters: number;
}

/** The newest events of the log, oldest first, without a gap and within bounds: what clients that keep up read. */
export class EventRing {
  #events: StreamEvent[] = [];
  #characters = 0;
  /** Everything after this position is in the ring. */
  #floor: number;

  constructor(
    position: number,
    private readonly limits: RingLimits,
  ) {
    this.#floor = position;
  }

  get head(): number {
    return this.#events.at(-1)?.position ?? this.#floor;
  }

  push(events: readonly StreamEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#characters += event.payload.length;
    }
    let dropped = 0;
    while (
      this.#events.length - dropped > this.limits.events ||
      (this.#characters > this.limits.characters && dropped < this.#events.length)
    ) {
      const oldest = this.#events[dropped];
      if (oldest === undefined) break;
      this.#characters -= oldest.payload.length;
      this.#floor = oldest.position;
      dropped += 1;
    }
    if (dropped > 0) this.#events = this.#events.slice(dropped);
  }

  /** Up to `most` events after a position; undefined where the ring no longer reaches back so far. */
  after(position: number, most: number): StreamEvent[] | undefined {
    if (position < this.#floor) return undefined;
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low, low + most);
  }
}
