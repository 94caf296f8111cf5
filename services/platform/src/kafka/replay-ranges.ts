/** A place in a topic. */
export interface Place {
  topic: string;
  partition: number;
}

/** Offsets of a partition that a process handles again: from `from` on, before `until`. */
export interface ReplayRange extends Place {
  from: number;
  until: number;
}

/**
 * What a process handles again at its start, though its group has committed it: of compacted topics everything, else what came
 * since a wanted time. It is done with a partition when it has handled the whole range; until then every rebalance sends it
 * back to the beginning of the range. O(1) per call.
 *
 * @example new ReplayRanges([{ topic, partition: 0, from: 0, until: 8 }]).isReplay({ topic, partition: 0 }, 7) // true
 */
export class ReplayRanges {
  readonly #ranges = new Map<string, ReplayRange>();
  readonly #done = new Set<string>();

  constructor(ranges: readonly ReplayRange[] = []) {
    for (const range of ranges) if (range.from < range.until) this.#ranges.set(nameOf(range), range);
  }

  isReplay(place: Place, offset: number): boolean {
    return offset < (this.#ranges.get(nameOf(place))?.until ?? 0);
  }

  /** Where to begin in a partition that the process was given; undefined: where the group has come to. */
  beginsAt(place: Place): number | undefined {
    return this.#done.has(nameOf(place)) ? undefined : this.#ranges.get(nameOf(place))?.from;
  }

  /** Notes how far the process has come. */
  handled(place: Place, nextOffset: number): void {
    if (!this.isReplay(place, nextOffset)) this.#done.add(nameOf(place));
  }
}

function nameOf({ topic, partition }: Place): string {
  return `${topic} ${partition}`;
}
