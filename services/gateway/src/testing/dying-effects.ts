import { CrashError, Effects } from '@wattmesh/platform';

/** Dies once, before or after the n-th effect. */
export class DyingEffects extends Effects {
  hasDied = false;
  count = 0;

  constructor(
    private readonly diesAt: number,
    private readonly isBefore: boolean,
  ) {
    super();
  }

  async run<T>(name: string, effect: () => Promise<T>): Promise<T> {
    const isLast = this.count++ === this.diesAt;
    if (isLast) this.hasDied = true;
    if (isLast && this.isBefore) throw new CrashError(`died before ${name}`);
    const outcome = await effect();
    if (isLast) throw new CrashError(`died after ${name}`);
    return outcome;
  }
}
