import { describe, expect, it } from 'vitest';
import { findProfile } from './find-profile.ts';
import { effectiveSetpointW, releasePlan, writePlan } from './plan-write.ts';
import {
  METER,
  aBattery,
  aDevice,
  aVendorDevice,
  anInverter,
  apply,
  readingOf,
  setpointOf,
  sunspec,
  valuesAt,
} from './testing/fake-device.ts';

describe('set-points by profile', () => {
  it("C18 writes nothing but set-points and their timers: protection and grid settings are the certified inverter's", () => {
    const written = [aBattery(), anInverter()].flatMap(({ discovery }) =>
      [
        ...writePlan(sunspec, discovery, { setpointW: -500, revertAfterS: 90, revertToW: 0 }),
        ...releasePlan(sunspec, discovery),
      ].flatMap(({ address, words }) => {
        const model = discovery.models.find(
          (each) => address > each.address && address < each.address + 2 + each.length,
        );
        return [...words.keys()].map((index) => `${model?.id}:${address + index - (model?.address ?? 0)}`);
      }),
    );
    // Model 123 offsets 5 to 9 (limit, timers, enable) and model 704 offsets 22 to 32 (WSet group); AntiIslEna is 704:52.
    const isAllowed = (place: string): boolean => {
      const [model, offset] = place.split(':').map(Number);
      if (offset === undefined) return false;
      return (model === 123 && offset >= 5 && offset <= 9) || (model === 704 && offset >= 22 && offset <= 32);
    };
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((place) => !isAllowed(place))).toEqual([]);
  });

  it('C9 writes the revert timer no later than the set-point, each group in one write over whole points', () => {
    const battery = aBattery();
    const writes = writePlan(sunspec, battery.discovery, { setpointW: 100, revertAfterS: 90, revertToW: 0 });
    const start = battery.discovery.models.find(({ id }) => id === 704)?.address ?? 0;
    expect(writes.map(({ address, words }) => [address - start, words.length])).toEqual([
      [30, 3],
      [22, 6],
    ]);
    expect([...(writes[0]?.words ?? [])]).toEqual([1, 0, 90]);
  });

  it('C9 writes limit, timers and enable of 123 as one write', () => {
    const inverter = anInverter();
    const [write, ...rest] = writePlan(sunspec, inverter.discovery, {
      setpointW: -2000,
      revertAfterS: 60,
      revertToW: 0,
    });
    expect(rest).toEqual([]);
    expect([...(write?.words ?? [])]).toEqual([5000, 0, 60, 0, 1]);
  });

  it('C3 takes a percentage of WMax of 121, not of the nameplate', () => {
    const inverter = anInverter({ WMax: 3000 });
    apply(inverter, writePlan(sunspec, inverter.discovery, { setpointW: -1500, revertAfterS: 60, revertToW: 0 }));
    expect(valuesAt(inverter, 123, ['WMaxLimPct'])).toEqual([5000]);
  });

  it('C3 never asks for less than 1 % nor more than 100 %, and rounds towards less', () => {
    const inverter = anInverter({ WMax: 3000 });
    const pct = (setpointW: number) => {
      apply(inverter, writePlan(sunspec, inverter.discovery, { setpointW, revertAfterS: 60, revertToW: 0 }));
      return valuesAt(inverter, 123, ['WMaxLimPct'])[0];
    };
    expect([0, -9000, -1000].map(pct)).toEqual([100, 10_000, 3333]);
    expect(effectiveSetpointW(sunspec, inverter.discovery, 0)).toBe(-30);
    expect(effectiveSetpointW(sunspec, inverter.discovery, -1000)).toBeCloseTo(-999.9, 6);
    expect(effectiveSetpointW(sunspec, aBattery().discovery, 1234.4)).toBe(1234);
  });

  it('C3 refuses a percentage whose base is not implemented', () => {
    const { discovery } = anInverter({});
    expect(() => writePlan(sunspec, discovery, { setpointW: -1000, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_VALUE' }),
    );
  });

  it.each([Number.NaN, 3e9])('C1 refuses a set-point of %s', (setpointW) => {
    expect(() => writePlan(sunspec, aBattery().discovery, { setpointW, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_VALUE' }),
    );
  });

  it('refuses to write to a meter and names unknown profiles', () => {
    const meter = aDevice({ 203: METER });
    expect(() => writePlan(sunspec, meter.discovery, { setpointW: 0, revertAfterS: 60, revertToW: 0 })).toThrow(
      expect.objectContaining({ code: 'PROFILE_READ_ONLY' }),
    );
    expect(() => findProfile('nobody')).toThrow(expect.objectContaining({ code: 'PROFILE_UNKNOWN' }));
  });

  it('lets go by disabling alone', () => {
    const battery = aBattery();
    apply(battery, writePlan(sunspec, battery.discovery, { setpointW: 100, revertAfterS: 90, revertToW: 0 }));
    apply(battery, releasePlan(sunspec, battery.discovery));
    expect(setpointOf(battery)).toMatchObject({ isEnabled: false });
    expect(readingOf(battery).points.setpointW).toBeUndefined();
  });
});

describe('vendor profiles', () => {
  it('reads a charger: plug, wish, energy; it cannot export', async () => {
    const charger = await aVendorDevice('village-charger', {
      W: 7000,
      TotWh: 0,
      V: 230.4,
      Hz: 50,
      Plug: 2,
      WantedWh: 9000,
      SetEna: 0,
      SetW: 0,
    });
    expect(charger.discovery.serial).toBe('V1');
    expect(readingOf(charger)).toMatchObject({
      quality: 'measured',
      points: {
        powerW: 7000,
        importWh: 0,
        exportWh: 0,
        voltageV: 230.4,
        frequencyHz: 50,
        isPluggedIn: true,
        wantedWh: 9000,
      },
    });
  });

  it.each([
    [0, false],
    [1, true],
    [2, true],
    [3, false],
  ])('reads plug state %s as plugged in: %s', async (Plug, isPluggedIn) => {
    expect(readingOf(await aVendorDevice('village-charger', { W: 0, TotWh: 1, Plug })).points.isPluggedIn).toBe(
      isPluggedIn,
    );
  });

  it.each(['village-charger', 'village-rack'])(
    'C4 C9 %s: a set-point with its fallback is one write and reads back',
    async (name) => {
      const device = await aVendorDevice(name, { W: 0, TotWh: 1, WRtg: 11_000 });
      const writes = writePlan(device.profile, device.discovery, {
        setpointW: 4200,
        revertAfterS: 120.2,
        revertToW: 1400,
      });
      expect(writes).toHaveLength(1);
      apply(device, writes);
      expect(setpointOf(device)).toMatchObject({
        isEnabled: true,
        setpointW: 4200,
        revertAfterS: 121,
        revertToW: 1400,
      });
      expect(() =>
        writePlan(device.profile, device.discovery, { setpointW: -1, revertAfterS: 60, revertToW: 0 }),
      ).toThrow(expect.objectContaining({ code: 'PROFILE_VALUE' }));
    },
  );
});
