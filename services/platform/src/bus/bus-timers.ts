import type { Cancel, Clock } from '../clock/clock.ts';

/** Sorts before every name of a service: what happened is digested before the next timer of the same time. */
const NAME = '!bus';

/** The timers of a memory bus: on its clock, or on the wall where it has none. */
export class BusTimers {
  readonly #cancels = new Set<Cancel>();

  constructor(private readonly clock: Clock | undefined) {}

  soon(run: () => Promise<void>): void {
    if (this.clock === undefined) setImmediate(() => void run());
    else this.clock.soon(NAME, run);
  }

  after(delayMs: number, run: () => void): void {
    let cancel: Cancel = () => undefined;
    const fire = (): void => {
      this.#cancels.delete(cancel);
      run();
    };
    if (this.clock === undefined) {
      const timer = setTimeout(fire, delayMs);
      cancel = () => clearTimeout(timer);
    } else {
      cancel = this.clock.at(this.clock.now() + delayMs, NAME, fire);
    }
    this.#cancels.add(cancel);
  }

  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
