/** The promises about money and energy that the log and the chain alone can prove or break. */
export type Invariant = 'M1' | 'M2' | 'M3' | 'M4' | 'M5';

/** One thing that breaks an invariant, named so that a person can look it up. */
export interface Violation {
  readonly invariant: Invariant;
  /** Community, interval and run, meter, member or transaction. */
  readonly where: string;
  readonly what: string;
}

export const INVARIANTS: Readonly<Record<Invariant, string>> = {
  M1: 'every interval adds up: debits equal credits, shared energy is bounded, the residual is within its bound or its meter named',
  M2: 'an interval and a run settle once, and the chain agrees',
  M3: 'no debit outside a signed mandate, and a key speaks for its own meter only',
  M4: 'the contract covers everything that can be withdrawn, and withdrawal is possible',
  M5: 'late or corrected data change only the accounts they touch, by new rows',
};

/**
 * On a running stack the log is ahead of the chain as it was before, and behind the chain as it is after: what is broken shows by
 * both.
 */
export function brokenBoth(before: readonly Violation[], after: readonly Violation[]): Violation[] {
  const still = new Set(after.map(nameOf));
  return before.filter((violation) => still.has(nameOf(violation)));
}

const nameOf = ({ invariant, where }: Violation): string => `${invariant} ${where}`;
