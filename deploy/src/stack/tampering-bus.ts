import { Bus, seededRandom, type BatchHandler, type OutgoingRecord } from '@wattmesh/platform';
import type { Drill } from '../drill/drills.ts';

/** A bus under an insider's control: what the drill makes of each record is what everybody gets and the log keeps. */
export class TamperingBus extends Bus {
  readonly #random: () => number;

  constructor(
    private readonly honest: Bus,
    private readonly tamper: NonNullable<Drill['tamper']>,
    seed: number,
  ) {
    super();
    this.#random = seededRandom(seed);
  }

  override publish(records: readonly OutgoingRecord[]): Promise<void> {
    const pick = (choices: number) => Math.floor(this.#random() * choices);
    return this.honest.publish(records.flatMap((record) => this.tamper(record, pick)));
  }

  override subscribe(group: string, topics: readonly string[], handle: BatchHandler): Promise<void> {
    return this.honest.subscribe(group, topics, handle);
  }

  override unsubscribe(group: string): Promise<void> {
    return this.honest.unsubscribe(group);
  }

  override start(): Promise<void> {
    return this.honest.start();
  }

  override keepsEventLog(): boolean {
    return this.honest.keepsEventLog();
  }

  override stop(): Promise<void> {
    return this.honest.stop();
  }
}
