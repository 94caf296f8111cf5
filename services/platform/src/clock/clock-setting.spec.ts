import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockOf, formatClockSetting, HeldClock, parseClockSetting, ScaledClock, type ClockSetting } from './clock.ts';

const START_MS = Date.UTC(2026, 6, 1);

describe('a clock setting', () => {
  it.each<[string, ClockSetting]>([
    ['0,0,1', { wallMs: 0, simMs: 0, speed: 1, isHeld: false }],
    ['1700000000000,1500000000000.5,60', { wallMs: 17e11, simMs: 1_500_000_000_000.5, speed: 60, isHeld: false }],
    ['1700000000000,1500000000000,0.5,held', { wallMs: 17e11, simMs: 15e11, speed: 0.5, isHeld: true }],
  ])('reads %s', (text, setting) => {
    expect(parseClockSetting(text)).toEqual(setting);
  });

  it('reads back what it wrote', () => {
    const time = fc.double({ min: 0, max: 8.64e15, noNaN: true }).map(Math.abs);
    const speed = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.record({ wallMs: time, simMs: time, speed, isHeld: fc.boolean() }), (setting) => {
        expect(parseClockSetting(formatClockSetting(setting))).toEqual(setting);
      }),
    );
  });

  it.each(['', '0,0', '0,0,1,', '0,0,1,free', '0,0,1,held,1', ' 0,0,1', '-1,0,1', '0,0x1,1', '0,1.2.3,1', '0,0,1e999'])(
    'refuses %j',
    (text) => {
      expect(() => parseClockSetting(text)).toThrow(/^clock ".*": give wallMs,simMs,speed or wallMs,simMs,speed,held$/);
    },
  );

  it('refuses a speed of 0', () => {
    expect(() => parseClockSetting('0,0,0')).toThrow('clock "0,0,0": the speed must be positive');
  });

  it('makes the clock it says, and gives it the handler of what its timers throw', async () => {
    const failures: string[] = [];
    const onError = (name: string) => void failures.push(name);
    for (const [text, kind] of [
      [`0,${START_MS},1`, ScaledClock],
      [`0,${START_MS},1,held`, HeldClock],
    ] as const) {
      const clock = clockOf(parseClockSetting(text), { onError });
      expect(clock).toBeInstanceOf(kind);
      await new Promise<void>((resolve) => {
        clock.at(0, text, () => {
          resolve();
          throw new Error('broken');
        });
      });
      await Promise.resolve();
      clock.stop();
    }
    expect(failures).toEqual([`0,${START_MS},1`, `0,${START_MS},1,held`]);
  });
});
