import { CrashError, Effects } from './effects.ts';
import type { Lifetime } from './lifetime.ts';

/** The effects of one service: none after it was killed, and a crash in one kills it at once. */
export class ServiceEffects extends Effects {
  constructor(
    private readonly effects: Effects,
    private readonly lifetime: Lifetime,
  ) {
    super();
  }

  async run<T>(name: string, effect: () => Promise<T>): Promise<T> {
    this.lifetime.assertAlive();
    try {
      const outcome = await this.effects.run(name, () => {
        this.lifetime.assertAlive();
        return effect();
      });
      this.lifetime.assertAlive();
      return outcome;
    } catch (error) {
      if (error instanceof CrashError) this.lifetime.crash(error);
      throw error;
    }
  }
}
