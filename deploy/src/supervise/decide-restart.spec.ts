import { describe, expect, it } from 'vitest';
import { AT_EASE, decideRestart, type Ending, type Pace } from './decide-restart.ts';

/** Pauses after each of the endings; undefined where it is given up. */
function pausesAfter(endings: readonly Ending[]): (number | undefined)[] {
  let pace: Pace = AT_EASE;
  return endings.map((ending) => {
    const decision = decideRestart(pace, ending);
    if ('givesUp' in decision) return undefined;
    pace = decision.pace;
    return decision.restartAfterMs;
  });
}

const times = (count: number, ending: Ending): Ending[] => Array.from({ length: count }, () => ending);
const crash: Ending = { livedMs: 900, isExcused: false };
const kill: Ending = { livedMs: 900, isExcused: true };
const lateCrash: Ending = { livedMs: 30_000, isExcused: false };

describe('a process that ended', () => {
  it('is started again after pauses that double from 0.2 s to 5 s', () => {
    expect(pausesAfter(times(7, kill))).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('is given up when it ended quickly ten times in a row by its own doing', () => {
    expect(pausesAfter(times(10, crash)).map((pause) => pause !== undefined)).toEqual([
      ...times(9, crash).map(() => true),
      false,
    ]);
  });

  it('begins anew once it has lived for 30 s', () => {
    expect(pausesAfter([...times(9, crash), lateCrash, crash])).toMatchObject({ 9: 200, 10: 400 });
  });

  it('is never given up for being killed, whatever came between', () => {
    expect(pausesAfter(times(40, kill))).not.toContain(undefined);
    expect(pausesAfter([...times(9, crash), ...times(5, kill), crash]).at(-1)).toBeUndefined();
  });
});
