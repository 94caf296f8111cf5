/** How far a group has come in one partition, by the broker and by itself. */
export interface PlaceSeen {
  name: string;
  /** First offset that the broker still holds and the group has not committed. */
  next: number;
  /** Offset that the next record gets. */
  end: number;
  /** First offset that this process has not handled, as far as it knows. */
  handled: number | undefined;
  /** Whether records were fetched and wait for the handler, or are in its hands. */
  isWaiting: boolean;
}

/**
 * Finds partitions that stand still: from one look to the next the broker held records which the group had not committed, none
 * of them was fetched, and nothing moved. A client may go on fetching and leave a partition out. O(partitions) per look.
 *
 * @example watch.look(places) // ['market.order-placed.v1 3'] where that stood still since the look before
 */
export class StallWatch {
  #before = new Map<string, string>();

  look(places: readonly PlaceSeen[]): string[] {
    const idle = places.filter(({ next, end, isWaiting }) => !isWaiting && end > next);
    const now = new Map(idle.map(({ name, next, handled }) => [name, `${next} ${handled}`]));
    const stalled = [...now].filter(([name, state]) => this.#before.get(name) === state).map(([name]) => name);
    this.#before = now;
    return stalled;
  }

  forget(): void {
    this.#before.clear();
  }
}
