import { CrashError, Effects } from './effects.ts';

/**
 * Effects that end at the n-th moment between two effects: before effect k for even moments, after it for odd ones.
 * From then on nothing of this life passes: the services it belongs to are dead, whatever they still try.
 */
export class CrashingEffects extends Effects {
  #moments = 0;
  #crashedAt: string | undefined;

  constructor(private readonly crashAtMoment: number) {
    super();
  }

  /** Name of the effect and side where the crash struck; undefined while it has not. */
  get crashedAt(): string | undefined {
    return this.#crashedAt;
  }

  /** Moments passed so far: twice the number of effects begun. */
  get moments(): number {
    return this.#moments;
  }

  override async run<T>(name: string, effect: () => Promise<T>): Promise<T> {
    this.#pass(`before ${name}`);
    const result = await effect();
    this.#pass(`after ${name}`);
    return result;
  }

  #pass(where: string): void {
    if (this.#crashedAt !== undefined) throw new CrashError(`dead since ${this.#crashedAt}`);
    if (this.#moments++ !== this.crashAtMoment) return;
    this.#crashedAt = where;
    throw new CrashError(where);
  }
}
