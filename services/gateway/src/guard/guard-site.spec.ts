import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardSite, HEADROOM_SHARE, type GuardedDevice, type GuardState } from './guard-site.ts';

const LIMITS = { importLimitW: 5_000, exportLimitW: 4_000 };

const aBattery = (over: Partial<GuardedDevice> = {}): GuardedDevice => ({
  deviceId: 'home-1-ess',
  kind: 'battery',
  askedW: 0,
  measuredW: 0,
  range: { minW: -5_000, maxW: 5_000 },
  isFollowing: true,
  ...over,
});
const aCharger = (over: Partial<GuardedDevice> = {}): GuardedDevice => ({
  ...aBattery({ deviceId: 'home-1-ev', kind: 'charger', range: { minW: 0, maxW: 7_400 }, minChargeW: 1_400 }),
  ...over,
});
const anInverter = (over: Partial<GuardedDevice> = {}): GuardedDevice => ({
  ...aBattery({ deviceId: 'home-1-pv', kind: 'inverter', askedW: -8_000, range: { minW: -8_000, maxW: 0 } }),
  ...over,
});

const guard = (siteW: number | undefined, devices: GuardedDevice[], state: GuardState = {}) =>
  guardSite({ siteW, limits: LIMITS, elapsedS: 5 }, devices, state);

describe('static-share limit guard', () => {
  it('leaves alone what keeps the limits', () => {
    const decision = guard(1_000, [aBattery({ askedW: 3_000 })]);
    expect(decision.allowedW.get('home-1-ess')).toBe(3_000);
    expect(decision.state).toEqual({});
  });

  it('C10 obeys a tightened limit at once, with headroom', () => {
    const decision = guard(4_000, [aBattery({ askedW: 3_000 })]);
    expect(decision.allowedW.get('home-1-ess')).toBe(900);
    expect(decision.excessW).toBe(0);
  });

  it('C10 releases by a ramp and only below the hysteresis', () => {
    const narrowed = guard(4_000, [aBattery({ askedW: 3_000 })]).state;
    const near = guard(4_900, [aBattery({ askedW: 3_000, measuredW: 900 })], narrowed);
    expect(near.allowedW.get('home-1-ess')).toBe(900);
    const free = guard(2_000, [aBattery({ askedW: 3_000, measuredW: 900 })], narrowed);
    expect(free.allowedW.get('home-1-ess')).toBe(900 + 0.01 * 10_000 * 5);
  });

  it('C17 narrows in a fixed order: rack, battery charging, charger, battery discharging', () => {
    const rack = aBattery({ deviceId: 'rack', kind: 'rack', askedW: 2_000, range: { minW: 100, maxW: 2_000 } });
    const decision = guard(4_500, [aBattery({ askedW: 1_000 }), aCharger({ askedW: 3_000 }), rack]);
    expect(decision.allowedW.get('rack')).toBe(100);
    expect(decision.allowedW.get('home-1-ev')).toBe(0);
    expect(decision.allowedW.get('home-1-ess')).toBe(0);
    const harder = guard(7_000, [aBattery({ askedW: 1_000 }), aCharger({ askedW: 3_000 })]);
    expect(harder.allowedW.get('home-1-ess')).toBe(-2_100);
  });

  it('turns a charger off rather than below its minimum', () => {
    expect(guard(4_000, [aCharger({ askedW: 3_000 })]).allowedW.get('home-1-ev')).toBe(0);
    expect(guard(3_000, [aCharger({ askedW: 3_000 })]).allowedW.get('home-1-ev')).toBe(1_900);
  });

  it('stores surplus before it curtails the sun', () => {
    const inverter = anInverter({ measuredW: -7_000 });
    const full = aBattery({ range: { minW: -5_000, maxW: 0 } });
    expect(guard(-6_000, [aBattery(), inverter]).allowedW.get('home-1-ess')).toBe(2_080);
    const curtailed = guard(-6_000, [full, inverter]);
    expect(curtailed.allowedW.get('home-1-pv')).toBe(-7_000 + 2_080);
    expect(curtailed.excessW).toBe(0);
  });

  it('keeps a curtailed inverter at the most the site may export while clouds pass, and frees it at dusk', () => {
    let decision = guard(-6_000, [anInverter({ measuredW: -7_000 })]);
    const loop = (sunW: number): void => {
      const measuredW = Math.max(decision.allowedW.get('home-1-pv') ?? 0, -sunW);
      decision = guard(500 + measuredW, [anInverter({ measuredW })], decision.state);
    };
    for (let cloud = 0; cloud < 20; cloud += 1) loop(1_500);
    expect(decision.allowedW.get('home-1-pv')).toBe(-4_420);
    for (let dusk = 0; dusk < 20; dusk += 1) loop(100);
    expect(decision.allowedW.get('home-1-pv')).toBe(-8_000);
    expect(decision.state).toEqual({});
  });

  it('counts a device that does not follow as it is measured, and says what is left over', () => {
    const stuck = aBattery({ askedW: 0, measuredW: 4_000, isFollowing: false });
    const decision = guard(6_000, [stuck]);
    expect(decision.excessW).toBe(1_000);
  });

  it('C17 tells a device that does not follow to narrow all the same, and counts on the others', () => {
    const stuck = aBattery({ askedW: 4_000, measuredW: 4_000, isFollowing: false });
    const decision = guard(9_000, [stuck, aCharger({ askedW: 3_000, measuredW: 3_000 })]);
    expect(decision.allowedW.get('home-1-ess')).toBeLessThanOrEqual(0);
    expect(decision.allowedW.get('home-1-ev')).toBe(0);
  });

  it('C9 fails safe without the revenue meter: battery stops, charger at its minimum, inverter at the export share', () => {
    const decision = guard(undefined, [aBattery({ askedW: 3_000 }), aCharger({ askedW: 7_000 }), anInverter()]);
    expect(decision.allowedW.get('home-1-ess')).toBe(0);
    expect(decision.allowedW.get('home-1-ev')).toBe(1_400);
    expect(decision.allowedW.get('home-1-pv')).toBe(-3_920);
  });

  it('keeps the site inside its shares wherever the devices can, and every device inside its range', () => {
    const device = fc.record({
      kind: fc.constantFrom('battery', 'rack', 'inverter' as const),
      askedW: fc.integer({ min: -9_000, max: 9_000 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: -9_000, max: 9_000 }), fc.array(device, { maxLength: 4 }), (freeW, picks) => {
        const devices = picks.map(({ kind, askedW }, index): GuardedDevice => {
          const range =
            kind === 'battery'
              ? { minW: -5_000, maxW: 5_000 }
              : kind === 'rack'
                ? { minW: 50, maxW: 3_000 }
                : { minW: -8_000, maxW: 0 };
          const inside = Math.min(Math.max(askedW, range.minW), range.maxW);
          return {
            deviceId: `device-${index}`,
            kind,
            askedW: inside,
            measuredW: inside,
            range,
            isFollowing: true,
          };
        });
        const siteW = freeW + devices.reduce((sum, { measuredW }) => sum + (measuredW ?? 0), 0);
        const { allowedW, excessW } = guard(siteW, devices);
        const reach = (end: 'minW' | 'maxW'): number => freeW + devices.reduce((sum, { range }) => sum + range[end], 0);
        for (const { deviceId, range } of devices) {
          expect(allowedW.get(deviceId)).toBeGreaterThanOrEqual(range.minW);
          expect(allowedW.get(deviceId)).toBeLessThanOrEqual(range.maxW);
        }
        const afterW = freeW + devices.reduce((sum, { deviceId }) => sum + (allowedW.get(deviceId) ?? 0), 0);
        if (reach('maxW') >= -LIMITS.exportLimitW * (1 - HEADROOM_SHARE))
          expect(afterW).toBeGreaterThanOrEqual(-LIMITS.exportLimitW);
        if (excessW === 0) expect(afterW).toBeLessThanOrEqual(LIMITS.importLimitW);
      }),
    );
  });
});
