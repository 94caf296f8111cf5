import { describe, expect, it } from 'vitest';
import { MOST_SILENCES, UNASKED, judgeLiveness, type Answer, type Watch } from './judge-liveness.ts';

/** Number of the answer that ended the process, counted from 1; undefined where none did. */
function endedBy(answers: readonly Answer[]): number | undefined {
  let watch: Watch = UNASKED;
  for (const [index, answer] of answers.entries()) {
    const judged = judgeLiveness(watch, answer);
    if (judged.mustEnd) return index + 1;
    watch = judged.watch;
  }
  return undefined;
}

const silences = (count: number): Answer[] => Array.from({ length: count }, () => 'silent');

describe('a process that is asked whether it lives', () => {
  it('is ended at once when it says that it does not', () => {
    expect(endedBy(['alive', 'ill'])).toBe(2);
  });

  it('is ended when it has said nothing for 60 s', () => {
    expect(endedBy(['alive', ...silences(MOST_SILENCES)])).toBe(1 + MOST_SILENCES);
  });

  it('is left alone where it was paused for less', () => {
    expect(endedBy([...silences(MOST_SILENCES - 1), 'alive', ...silences(MOST_SILENCES - 1), 'alive'])).toBeUndefined();
  });
});
