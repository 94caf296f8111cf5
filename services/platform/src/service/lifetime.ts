import { CrashError, ServiceKilledError } from './effects.ts';

/** Whether a service still runs, and what to drop at once when it is killed. */
export class Lifetime {
  readonly #onKill: (() => void)[] = [];
  readonly #waiting = new Set<(error: Error) => void>();
  #isAlive = true;

  constructor(
    readonly service: string,
    private readonly onCrash: (error: CrashError) => void = () => undefined,
  ) {}

  get isAlive(): boolean {
    return this.#isAlive;
  }

  assertAlive(): void {
    if (!this.#isAlive) throw new ServiceKilledError(this.service);
  }

  /** Registers what to drop; the last registered goes first. */
  onKill(drop: () => void): void {
    this.#onKill.unshift(drop);
  }

  /** Drops everything at once, without goodbye. */
  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const reject of this.#waiting) reject(new ServiceKilledError(this.service));
    this.#waiting.clear();
    for (const drop of this.#onKill) drop();
  }

  /** Dies of a crash that an effect reported. */
  crash(error: CrashError): void {
    if (!this.#isAlive) return;
    this.kill();
    this.onCrash(error);
  }

  /** The work's outcome, or a rejection as soon as the service is killed. */
  untilKilled<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isAlive) this.#waiting.add(reject);
      else reject(new ServiceKilledError(this.service));
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
