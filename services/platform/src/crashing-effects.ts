import { CrashError, Effects } from './effects.ts';

/** For crash tests: dies at its n-th effect, before or after it. */
export class CrashingEffects extends Effects {
  private count = 0;

  constructor(
    private readonly dieAt: number,
    private readonly isAfter: boolean,
  ) {
    super();
  }

  async run<T>(name: string, effect: () => Promise<T>): Promise<T> {
    this.count += 1;
    if (this.count < this.dieAt) return effect();
    if (this.isAfter) await effect();
    throw new CrashError(`died ${this.isAfter ? 'after' : 'before'} ${name}`);
  }
}
