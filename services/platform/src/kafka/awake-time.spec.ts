import { describe, expect, it } from 'vitest';
import { AwakeTime } from './awake-time.ts';

describe('the time in which a process ran', () => {
  it('goes with the wall while somebody looks, and counts little of a pause', () => {
    let wallMs = 1000;
    const time = new AwakeTime(() => wallMs, 10_000);
    for (let look = 1; look <= 3; look += 1) {
      wallMs += 5000;
      expect(time.nowMs).toBe(look * 5000);
    }
    wallMs += 3_600_000;
    expect(time.nowMs).toBe(25_000);
    wallMs += 5000;
    expect(time.nowMs).toBe(30_000);
  });
});
