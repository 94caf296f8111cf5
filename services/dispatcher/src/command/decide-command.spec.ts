import { describe, expect, it } from 'vitest';
import { aTick } from '../testing/a-tick.ts';
import { aDevice, START_MS } from '../testing/a-village.ts';
import { decideCommand } from './decide-command.ts';

const last = (setpointW: number, ageMs: number, lifeMs = 300_000) => ({
  issuedAtMs: START_MS + 300_000 - ageMs,
  expiresAtMs: START_MS + 300_000 - ageMs + lifeMs,
  intervalStartMs: START_MS,
  setpointW,
});
const readings = (othersW: number, socPct = 50) => ({
  device: { measuredAtMs: START_MS + 290_000, points: { powerW: 0, socPct } },
  meter: undefined,
  others: [{ measuredAtMs: START_MS + 290_000, points: { powerW: othersW } }],
});
const later = (changes: Parameters<typeof aTick>[0]) => aTick({ nowMs: START_MS + 300_000, ...changes });

describe('decideCommand', () => {
  it('commands the first set-point of an interval with expiry, bounds and reason', () => {
    const command = decideCommand(aTick())!;
    expect(command).toMatchObject({
      deviceId: 'home-1-ess',
      setpointW: 1000,
      expiresAt: '2017-07-17T16:05:00.000Z',
      reason: { code: 'self-consumption' },
    });
    expect(command.minW).toBeLessThanOrEqual(-4999);
    expect(command.maxW).toBe(5000);
  });

  it('gives a replay of the same tick the same id', () => {
    expect(decideCommand(aTick())?.commandId).toBe(decideCommand(aTick())?.commandId);
    const issued = {
      issuedAtMs: START_MS,
      expiresAtMs: START_MS + 300_000,
      intervalStartMs: START_MS - 900_000,
      setpointW: 0,
    };
    expect(decideCommand(aTick({ last: issued }))).toBeUndefined();
    // Even where its readings are other ones now.
    expect(decideCommand(later({ readings: readings(-3000), last: last(1000, 0) }))).toBeUndefined();
  });

  it('follows the measured surplus within the same interval, beyond the dead band and after the dwell time', () => {
    expect(decideCommand(later({ readings: readings(-1080), last: last(1000, 150_000) }))).toBeUndefined();
    expect(decideCommand(later({ readings: readings(-1500), last: last(1000, 60_000) }))).toBeUndefined();
    expect(decideCommand(later({ readings: readings(-1500), last: last(1000, 150_000) }))?.setpointW).toBe(1500);
    expect(decideCommand(later({ readings: readings(-3000), last: last(1000, 60_000) }))?.setpointW).toBe(3000);
  });

  it('tells of no next-best action where the set-point is not the one it was compared with', () => {
    const reason = { ...aTick().reason, nextBest: { setpointW: 0, extraCostMicro: 4100 } };
    expect(decideCommand(aTick({ reason }))?.reason.nextBest).toEqual(reason.nextBest);
    const corrected = decideCommand(later({ reason, readings: readings(0), last: last(1000, 150_000) }));
    expect(corrected?.setpointW).toBe(0);
    expect(corrected?.reason.nextBest).toBeUndefined();
  });

  it('renews a command before it expires, but never beyond the interval and one period', () => {
    expect(decideCommand(later({ readings: readings(-1000), last: last(1000, 200_000) }))?.setpointW).toBe(1000);
    const end = aTick({
      nowMs: START_MS + 780_000,
      readings: {
        device: { measuredAtMs: START_MS + 780_000, points: { socPct: 50 } },
        meter: undefined,
        others: [undefined],
      },
      last: {
        issuedAtMs: START_MS + 500_000,
        expiresAtMs: START_MS + 800_000,
        intervalStartMs: START_MS,
        setpointW: 1000,
      },
    });
    expect(decideCommand(end)?.expiresAt).toBe('2017-07-17T16:16:00.000Z');
    expect(decideCommand({ ...end, last: { ...end.last!, expiresAtMs: START_MS + 960_000 } })).toBeUndefined();
  });

  it('commands nothing where the state of charge is unknown or old', () => {
    expect(decideCommand(aTick({ readings: { device: undefined, meter: undefined, others: [] } }))).toBeUndefined();
    const old = { device: { measuredAtMs: START_MS - 400_000, points: { socPct: 50 } }, meter: undefined, others: [] };
    expect(decideCommand(aTick({ readings: old }))).toBeUndefined();
  });

  it('C17 never commands below the reserve, above full or beyond the taper', () => {
    const discharge = { setpointW: -3000, siteW: 500, code: 'self-consumption' as const };
    expect(
      decideCommand(
        aTick({
          slot: discharge,
          readings: { ...readings(3500, 10), device: { measuredAtMs: START_MS, points: { socPct: 10 } } },
        }),
      )?.setpointW,
    ).toBe(0);
    const charge = { setpointW: 5000, siteW: 2000, code: 'price-arbitrage' as const };
    const at = (socPct: number) =>
      decideCommand(
        aTick({
          slot: charge,
          readings: { device: { measuredAtMs: START_MS, points: { socPct } }, meter: undefined, others: [] },
        }),
      )!.setpointW;
    expect(at(100)).toBe(0);
    expect(at(95)).toBeLessThanOrEqual(2000);
    expect(at(60)).toBe(5000);
  });

  it('gives a car its least power or nothing, and nothing without a car', () => {
    const device = aDevice('home-2-ev', 'charger');
    const at = (points: object, setpointW: number) => {
      return decideCommand(
        aTick({
          device,
          slot: { setpointW, siteW: 0, code: 'ev-need' },
          readings: { device: { measuredAtMs: START_MS, points }, meter: undefined, others: [] },
        }),
      )?.setpointW;
    };
    expect(at({ isPluggedIn: true, wantedWh: 9000 }, 3000)).toBe(3000);
    expect(at({ isPluggedIn: true, wantedWh: 9000 }, 900)).toBe(0);
    expect(at({ isPluggedIn: true, wantedWh: 20 }, 3000)).toBe(0);
    expect(at({ isPluggedIn: false }, 3000)).toBeUndefined();
  });
});
