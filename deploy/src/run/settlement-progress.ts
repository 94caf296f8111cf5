import type { EventLog, LoggedEvent } from '@wattmesh/platform/database';
import { History } from '../audit/history.ts';
import { PROGRESS_TOPICS, settledSoFar, settledStarts, type CountedIntervals } from './settled-so-far.ts';

/** How far a run has come, by the event log. Each event is read once, and kept only where there is a goal to judge by. */
export class SettlementProgress {
  readonly #kept: LoggedEvent[] = [];
  readonly #starts = new Set<number>();
  #position: number | undefined;
  #isReached = false;

  constructor(
    private readonly log: Pick<EventLog, 'read'>,
    private readonly counted: CountedIntervals,
    /** Intervals to settle; undefined: there is no goal. */
    private readonly goal?: number,
  ) {}

  /** Intervals booked so far. */
  get intervals(): number {
    return this.#starts.size;
  }

  /** As many intervals as wanted are booked, and the chain has caught up with them. */
  get isReached(): boolean {
    return this.#isReached;
  }

  /** Takes in what is new. Answers why it cannot, where the database of the log is being started again. */
  async look(): Promise<string | undefined> {
    const fresh: LoggedEvent[] = [];
    try {
      for await (const event of this.log.read(PROGRESS_TOPICS, this.#position)) fresh.push(event);
    } catch (error) {
      return (error as Error).message;
    }
    this.#position = fresh.at(-1)?.position ?? this.#position;
    if (fresh.length > 0) this.#take(fresh);
    return undefined;
  }

  #take(fresh: readonly LoggedEvent[]): void {
    for (const start of settledStarts(new History(fresh), this.counted)) this.#starts.add(start);
    if (this.goal === undefined) return;
    this.#kept.push(...fresh);
    this.#isReached = this.intervals >= this.goal && settledSoFar(new History(this.#kept), this.counted).isOnChain;
  }
}
