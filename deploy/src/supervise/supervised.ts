import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchError } from '../local/launch-error.ts';
import { findReason } from './find-reason.ts';
import { AT_EASE, decideRestart, type Pace } from './decide-restart.ts';

const LOOK_EVERY_MS = 20;

/** One life of a process. */
export interface Life {
  readonly pid: number;
  /** Settles when it has ended: with its exit code, with null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Asks it to end, and waits; where it does not within 10 s it is killed. */
  stop(): Promise<void>;
  /** What it printed last, for a message. */
  tail?(): string;
}

/** Told of what happens to a process. */
export interface SupervisedEvents<L extends Life> {
  onStart?(life: L): void;
  /** It ended, or could not be started; it is started again after the pause. */
  onEnd?(reason: string, restartAfterMs: number): void;
  /** Why the machine lets nothing live at present; undefined where it does. */
  hindrance?(): string | undefined;
  /** It is not started again. */
  onGiveUp?(error: LaunchError): void;
}

/** Keeps one process running: whatever ends it, it is started again, until it is told to stop or cannot run at all. */
export class Supervised<L extends Life> {
  readonly #ending = new AbortController();
  #life: L | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly begin: () => Promise<L>,
    private readonly events: SupervisedEvents<NoInfer<L>> = {},
  ) {}

  /** The life it has now; undefined between two. */
  get life(): L | undefined {
    return this.#life;
  }

  /** The life it has now, or its next one. Throws LaunchError where there will be none. */
  async living(): Promise<L> {
    while (this.#life === undefined) {
      if (this.#ending.signal.aborted) throw new LaunchError(`${this.name} has ended`);
      await sleep(LOOK_EVERY_MS);
    }
    return this.#life;
  }

  /** Starts it for the first time: a failure is the caller's. */
  async start(): Promise<L> {
    const beganAt = performance.now();
    const life = await this.begin();
    this.#enter(life);
    this.#keeping = this.#keep(life, beganAt);
    return life;
  }

  /** Ends it for good, in order. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#life?.stop();
    await this.#keeping;
  }

  async #keep(first: L, startedAt: number): Promise<void> {
    let life: L | undefined = first;
    let beganAt = startedAt;
    let pace: Pace = AT_EASE;
    let reason = '';
    for (;;) {
      const code = life === undefined ? undefined : await life.ended;
      this.#life = undefined;
      if (this.#ending.signal.aborted) return;
      if (life !== undefined) reason = code === null ? 'was killed' : `ended with code ${code}${whyOf(life)}`;
      const hindrance = this.events.hindrance?.();
      const isExcused = code === null || hindrance !== undefined;
      const decision = decideRestart(pace, { livedMs: performance.now() - beganAt, isExcused });
      if ('givesUp' in decision) return this.#giveUp(reason);
      pace = decision.pace;
      this.events.onEnd?.(hindrance === undefined ? reason : `${reason}; ${hindrance}`, decision.restartAfterMs);
      await sleep(decision.restartAfterMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      beganAt = performance.now();
      ({ life, reason } = await this.#beginAgain());
    }
  }

  /** A failed start counts as an ending. */
  async #beginAgain(): Promise<{ life: L | undefined; reason: string }> {
    try {
      const life = await this.begin();
      this.#enter(life);
      // Told to stop while it came up: nobody else knows of this life.
      if (this.#ending.signal.aborted) await life.stop();
      return { life, reason: '' };
    } catch (error) {
      return { life: undefined, reason: `did not start: ${findReason((error as Error).message)}` };
    }
  }

  #enter(life: L): void {
    this.#life = life;
    this.events.onStart?.(life);
  }

  #giveUp(reason: string): void {
    this.#ending.abort();
    this.events.onGiveUp?.(new LaunchError(`${this.name} ${reason}, ten times in a row: it cannot run`));
  }
}

function whyOf(life: Life): string {
  const reason = findReason(life.tail?.() ?? '');
  return reason === '' ? '' : ` (${reason})`;
}
