import type { ReadingTaken } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { plausiblePoints } from './plausible-points.ts';
import { isNews } from './report-exception.ts';

const aReading = (
  atS: number,
  points: ReadingTaken['points'],
  quality: ReadingTaken['quality'] = 'measured',
): ReadingTaken => {
  const at = new Date(atS * 1000).toISOString();
  return { deviceId: 'home-1-ess', siteId: 'home-1', measuredAt: at, receivedAt: at, quality, points };
};
const about = { ratedW: 5_000, heartbeatMs: 60_000 };
const last = aReading(0, { powerW: 1_000, socPct: 50, importWh: 7 });

describe('reporting by exception', () => {
  it.each<[string, ReadingTaken, boolean]>([
    ['the same again', aReading(5, { powerW: 1_000, socPct: 50, importWh: 7 }), false],
    ['power within the deadband, counters moved', aReading(5, { powerW: 1_049, socPct: 50, importWh: 9 }), false],
    ['power beyond the deadband', aReading(5, { powerW: 1_050, socPct: 50 }), true],
    ['state of charge moved', aReading(5, { powerW: 1_000, socPct: 51 }), true],
    ['a value went missing', aReading(5, { socPct: 50 }), true],
    ['another quality', aReading(5, { powerW: 1_000, socPct: 50 }, 'suspect'), true],
    ['a car was plugged in', aReading(5, { powerW: 1_000, socPct: 50, isPluggedIn: true }), true],
    ['the heartbeat', aReading(60, { powerW: 1_000, socPct: 50 }), true],
  ])('%s', (_name, next, expected) => {
    expect(isNews(last, next, about)).toBe(expected);
  });

  it('reports the first reading', () => {
    expect(isNews(undefined, last, about)).toBe(true);
  });
});

describe('C1 points no device can mean', () => {
  it('are left out and make the reading suspect', () => {
    expect(plausiblePoints({ powerW: 100, socPct: 6_553.5 }, 'measured')).toEqual({
      points: { powerW: 100 },
      quality: 'suspect',
    });
    expect(plausiblePoints({ powerW: Number.NaN, importWh: -1 }, 'missing')).toEqual({
      points: {},
      quality: 'missing',
    });
    expect(plausiblePoints({ powerW: -100, isPluggedIn: false }, 'measured').quality).toBe('measured');
  });
});
