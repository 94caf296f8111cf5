import { Clock, type Cancel, type Loop } from '../clock/clock.ts';
import type { Lifetime } from './lifetime.ts';

/** The clock inside one service: its timers end with the service, and a killed service holds nobody up. */
export class ServiceClock extends Clock {
  readonly #cancels = new Set<Cancel>();

  constructor(
    private readonly clock: Clock,
    private readonly lifetime: Lifetime,
  ) {
    super();
    lifetime.onKill(() => this.stop());
  }

  get speed(): number {
    return this.clock.speed;
  }

  override get pace(): number {
    return this.clock.pace;
  }

  now(): number {
    return this.clock.now();
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    return this.#keep((forget) =>
      this.clock.at(simMs, this.#nameOf(name), () => {
        forget();
        return this.#whileAlive(run);
      }),
    );
  }

  every(loop: Loop, run: () => Promise<void>): Cancel {
    const named = { ...loop, name: this.#nameOf(loop.name) };
    return this.#keep(() => this.clock.every(named, () => this.#whileAlive(run)));
  }

  override soon(name: string, run: () => void | Promise<void>): void {
    if (this.lifetime.isAlive) this.clock.soon(this.#nameOf(name), () => this.#whileAlive(run));
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.clock.track(this.lifetime.untilKilled(work)).catch(() => undefined);
    return work;
  }

  /** Ends the timers of this service alone. */
  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  /** A name with a leading `!` stays in front of all loops of all services. */
  #nameOf(name: string): string {
    return name.startsWith('!') ? `${name} ${this.lifetime.service}` : `${this.lifetime.service}.${name}`;
  }

  #keep(begin: (forget: () => void) => Cancel): Cancel {
    if (!this.lifetime.isAlive) return () => undefined;
    let cancelTimer: Cancel = () => undefined;
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      cancelTimer();
    };
    this.#cancels.add(cancel);
    cancelTimer = begin(() => this.#cancels.delete(cancel));
    return cancel;
  }

  async #whileAlive(run: () => void | Promise<void>): Promise<void> {
    if (!this.lifetime.isAlive) return;
    try {
      await this.lifetime.untilKilled(Promise.resolve().then(run));
    } catch (error) {
      // What a killed service still throws concerns nobody.
      if (this.lifetime.isAlive) throw error;
    }
  }
}
