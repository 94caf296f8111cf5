import { describe, expect, it } from 'vitest';
import type { ServerProcess } from '../local/child-process.ts';
import { ClockLine } from './clock-line.ts';

/** A process that keeps what it is told. */
function listener(): { process: ServerProcess; told: object[] } {
  const told: object[] = [];
  const process: ServerProcess = {
    name: 'listener',
    pid: 1,
    ended: new Promise(() => undefined),
    stop: async () => undefined,
    kill: () => undefined,
    tell: (message) => told.push(message) > 0,
    tail: () => '',
  };
  return { process, told };
}

describe('the clock as processes are told it', () => {
  it('is held for those that start before its release, and tells them the mapping then', () => {
    const line = new ClockLine({ wallMs: 1000, simMs: 5000, speed: 60 });
    expect(line.text).toBe('1000,5000,60,held');
    const [one, two] = [listener(), listener()];
    line.follow(() => one.process);
    line.follow(() => two.process);
    // Between two lives: the next one is told at its start.
    line.follow(() => undefined);
    line.release({ wallMs: 2000, simMs: 9000 });
    expect([one.told, two.told]).toEqual([[{ clock: '2000,9000,60' }], [{ clock: '2000,9000,60' }]]);
  });

  it('is the same mapping for those that start after its release', () => {
    const line = new ClockLine({ wallMs: 1000, simMs: 5000, speed: 60 });
    line.release({ wallMs: 2000, simMs: 9000 });
    expect(line.text).toBe('2000,9000,60');
  });
});
