import type { IntervalCleared, IntervalMetered } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { wasKnownTo, type KnownMetering } from './known-meterings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const metering = (of: Partial<KnownMetering> = {}): KnownMetering => ({
  metered: {} as IntervalMetered,
  hash: '0x',
  createdMs: 0,
  archivedMs: 0,
  shownFromMs: Infinity,
  ...of,
});
const clearing = (of: { closedMs: number; archivedMs: number }) => ({
  payload: { closedAt: new Date(of.closedMs).toISOString() } as IntervalCleared,
  archivedMs: of.archivedMs,
});

describe('the market certainly had a metering', () => {
  it('where a clearing that it closed before has shown so', () => {
    const shown = metering({ shownFromMs: HOUR_MS });
    expect(wasKnownTo(clearing({ closedMs: HOUR_MS, archivedMs: 0 }), shown)).toBe(true);
    expect(wasKnownTo(clearing({ closedMs: HOUR_MS - 1, archivedMs: 0 }), shown)).toBe(false);
  });

  it('where it had been on the bus for two minutes of the wall and twenty of the village', () => {
    expect(wasKnownTo(clearing({ closedMs: HOUR_MS, archivedMs: 2 * MINUTE_MS }), metering())).toBe(true);
  });

  it('but not where the log took both within an outage, however much simulated time passed in it', () => {
    expect(wasKnownTo(clearing({ closedMs: 5 * HOUR_MS, archivedMs: MINUTE_MS }), metering())).toBe(false);
  });

  it('and not where it came to be after the clearing, though the log took it before', () => {
    const late = metering({ createdMs: HOUR_MS });
    expect(wasKnownTo(clearing({ closedMs: HOUR_MS + 1, archivedMs: HOUR_MS }), late)).toBe(false);
  });
});
