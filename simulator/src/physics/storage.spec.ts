import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countEnergy, displayedWh } from './count-energy.ts';
import { acceptBatteryPower, stepBattery, type BatteryModel } from './step-battery.ts';
import { acceptChargerPower, sessionAt, stepCharger } from './step-charger.ts';
import { stepRack } from './step-rack.ts';

const tight: BatteryModel = {
  capacityWh: 6400,
  maxChargeW: 5000,
  maxDischargeW: 5000,
  roundTripEfficiencyPct: 90,
  leakPctPerDay: 0,
};
const battery: BatteryModel = { ...tight, leakPctPerDay: 0.1 };
const steps = fc.array(
  fc.record({ requestedW: fc.integer({ min: -9000, max: 9000 }), dtS: fc.integer({ min: 1, max: 60 }) }),
  {
    minLength: 1,
    maxLength: 80,
  },
);

function run(model: BatteryModel, storedWh: number, plan: { requestedW: number; dtS: number }[]) {
  let state = { storedWh };
  const flow = { inWh: 0, outWh: 0 };
  for (const { requestedW, dtS } of plan) {
    const acceptedW = acceptBatteryPower(model, state, { requestedW, horizonS: 60 });
    if (acceptedW > 0) flow.inWh += (acceptedW * dtS) / 3600;
    else flow.outWh -= (acceptedW * dtS) / 3600;
    state = stepBattery(model, state, { acceptedW, dtS });
  }
  return { state, flow };
}

describe('a battery', () => {
  it('C12 conserves energy to 1e-9: each efficiency once, on its side, of the power it accepted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6400 }), steps, (storedWh, plan) => {
        const { state, flow } = run(tight, storedWh, plan);
        const eta = Math.sqrt(0.9);
        const expectedWh = storedWh + flow.inWh * eta - flow.outWh / eta;
        expect(Math.abs(state.storedWh - expectedWh)).toBeLessThan(1e-9 * 6400);
      }),
    );
  });

  it('C12 gives no free round trip', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6400 }), steps, (storedWh, plan) => {
        const { state, flow } = run(battery, storedWh, plan);
        const gainedWh = state.storedWh - storedWh;
        expect(flow.outWh).toBeLessThanOrEqual(flow.inWh * 0.9 - Math.min(0, gainedWh) * Math.sqrt(0.9) + 1e-6);
      }),
    );
  });

  it('C12 stays between empty and full and takes no more than asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6400 }), steps, (storedWh, plan) => {
        const { state } = run(battery, storedWh, plan);
        expect(state.storedWh).toBeGreaterThanOrEqual(0);
        expect(state.storedWh).toBeLessThanOrEqual(6400);
        const requestedW = plan[0]?.requestedW ?? 0;
        const acceptedW = acceptBatteryPower(battery, state, { requestedW, horizonS: 60 });
        expect(Math.abs(acceptedW)).toBeLessThanOrEqual(Math.min(5000, Math.abs(requestedW)));
        expect(acceptedW * requestedW).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('C12 leaks its share a day, the same in one step as in many', () => {
    const whole = stepBattery(battery, { storedWh: 5000 }, { acceptedW: 40, dtS: 3600 });
    let parts = { storedWh: 5000 };
    for (let second = 0; second < 3600; second += 9) parts = stepBattery(battery, parts, { acceptedW: 40, dtS: 9 });
    expect(Math.abs(whole.storedWh - parts.storedWh)).toBeLessThan(1e-9);
    expect(stepBattery(battery, { storedWh: 5000 }, { acceptedW: 0, dtS: 86_400 }).storedWh).toBeCloseTo(4995, 9);
  });

  it.each([
    [40, 5000],
    [80, 5000],
    [90, 3000],
    [99, 1200],
  ])('C12 at a charge of %d percent takes at most %d W', (socPct, maxW) => {
    const storedWh = (6400 * socPct) / 100;
    expect(acceptBatteryPower(battery, { storedWh }, { requestedW: 9000, horizonS: 60 })).toBeCloseTo(maxW, 6);
  });
});

describe('a charger', () => {
  const charger = { maxChargeW: 7200, minChargeW: 1440 };
  const session = { arrivesMs: 1000, departsMs: 9000, wantedWh: 10_000, batteryWh: 60_000, arrivalSocPct: 50 };

  it('charges only a car, only above its minimum, and stops when the car has what it wants', () => {
    const ask = { deliveredWh: 0, requestedW: 7200, horizonS: 60 };
    expect(acceptChargerPower(charger, undefined, ask)).toBe(0);
    expect(acceptChargerPower(charger, session, ask)).toBe(7200);
    expect(acceptChargerPower(charger, session, { ...ask, requestedW: 1000 })).toBe(0);
    const acceptedW = acceptChargerPower(charger, session, { ...ask, deliveredWh: 9950 });
    expect(stepCharger(9950, { acceptedW, dtS: 60 })).toBeCloseTo(10_000, 9);
    expect(acceptChargerPower(charger, session, { ...ask, deliveredWh: 10_000 })).toBe(0);
  });

  it('tapers above 80 % of the car', () => {
    const full = { ...session, arrivalSocPct: 90 };
    expect(acceptChargerPower(charger, full, { deliveredWh: 0, requestedW: 7200, horizonS: 60 })).toBeCloseTo(
      7200 * 0.6,
      6,
    );
  });

  it('has a car from its arrival until just before it leaves', () => {
    expect([999, 1000, 8999, 9000].map((atMs) => sessionAt([session], atMs) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('a compute rack', () => {
  const rack = { idlePowerW: 150, maxPowerW: 3000, rampWPerS: 100 };

  it('ramps to its set-point and keeps between idle and maximum', () => {
    expect(stepRack(rack, 150, { targetW: 1150, dtS: 5 })).toBe(650);
    expect(stepRack(rack, 150, { targetW: 1150, dtS: 60 })).toBe(1150);
    expect(stepRack(rack, 2000, { targetW: 0, dtS: 60 })).toBe(150);
    expect(stepRack(rack, 2990, { targetW: 9000, dtS: 60 })).toBe(3000);
  });
});

describe('a meter', () => {
  const zero = { importWh: 0, exportWh: 0, shownImportWh: 0, shownExportWh: 0 };

  it('C8 counts import and export apart and never nets them', () => {
    const day = countEnergy(zero, { powerW: 1200, dtS: 1800, errorPct: 0 });
    const both = countEnergy(day, { powerW: -600, dtS: 1800, errorPct: 0 });
    expect(both).toEqual({ importWh: 600, exportWh: 300, shownImportWh: 600, shownExportWh: 300 });
  });

  it('keeps the truth beside what a wrong transformer ratio shows', () => {
    expect(countEnergy(zero, { powerW: 1000, dtS: 3600, errorPct: -20 })).toMatchObject({
      importWh: 1000,
      shownImportWh: 800,
    });
  });

  it('shows whole Wh', () => {
    expect(displayedWh(12.9999999)).toBe(13);
    expect(displayedWh(12.99)).toBe(12);
  });
});
