import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventIdOf } from './event-id.ts';

const identity = {
  source: 'market',
  topic: 'market.order-placed.v1',
  key: 'home-1',
  sequence: 1,
  simMs: Date.UTC(2026, 6, 1),
};

describe('the id of an event', () => {
  it('is a UUID of version 7 with the simulated time in front', () => {
    const id = eventIdOf(identity);
    expect(z.uuidv7().safeParse(id).success).toBe(true);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(identity.simMs);
  });

  it('is the same in every run, and another for any other source, topic, key or sequence', () => {
    const others = [{ source: 'x' }, { topic: 'x' }, { key: 'x' }, { sequence: 2 }].map((other) =>
      eventIdOf({ ...identity, ...other }),
    );
    expect(new Set([eventIdOf(identity), eventIdOf(identity), ...others]).size).toBe(5);
  });

  it('orders events as their times do', () => {
    const times = fc.integer({ min: 0, max: 2 ** 47 });
    fc.assert(
      fc.property(times, times, (one, other) => {
        const [a, b] = [eventIdOf({ ...identity, simMs: one }), eventIdOf({ ...identity, simMs: other })];
        expect(a < b || one >= other).toBe(true);
      }),
    );
  });
});
