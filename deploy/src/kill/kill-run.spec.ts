import { describe, expect, it } from 'vitest';
import { isClean } from './kill-run.ts';

const CLEAN = {
  consumers: { gaps: 0, disorders: 0, parkedKeys: [], unsent: 3 },
  behind: [],
  deadLetters: 0,
};

describe('the outcome of a kill run', () => {
  it('is clean where every consumer came to the end of its topics and missed nothing', () => {
    expect(isClean(CLEAN)).toBe(true);
  });

  it.each([
    ['a service that stopped consuming', { behind: [{ group: 'market', members: 1, records: 12 }] }],
    ['a service for which nobody consumes', { behind: [{ group: 'market', members: 0, records: 0 }] }],
    ['an event that was given up', { deadLetters: 1 }],
    ['an outbox that nobody relays', { consumers: { ...CLEAN.consumers, unsent: 5000 } }],
    ['a gap', { consumers: { ...CLEAN.consumers, gaps: 1 } }],
    ['an event out of order', { consumers: { ...CLEAN.consumers, disorders: 1 } }],
    ['a parked key', { consumers: { ...CLEAN.consumers, parkedKeys: ['market x y: z'] } }],
  ])('is not with %s', (_, found) => {
    expect(isClean({ ...CLEAN, ...found })).toBe(false);
  });
});
