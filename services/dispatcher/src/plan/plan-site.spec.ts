import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { aBattery, aPrice, aSiteProblem } from '../testing/a-site-problem.ts';
import { loadSolver } from './highs.link.ts';
import type { OpenLp } from './linear-program.ts';
import { planSite } from './plan-site.ts';
import type { SitePlan } from './read-plan.ts';
import type { BatteryProblem, SiteProblem } from './site-problem.ts';
import { taperCharge } from './taper-charge.ts';

let open: OpenLp;

beforeAll(async () => {
  open = await loadSolver();
});

function planOf(problem: SiteProblem): SitePlan {
  const planner = planSite(problem, open);
  try {
    return planner.plan();
  } finally {
    planner.dispose();
  }
}

const batteryOf = (plan: SitePlan) => plan.devices.find((device) => device.kind === 'battery')!;

/** State of charge in Wh after each interval, from the set-points alone. */
function simulate(battery: BatteryProblem, powerW: readonly number[], durationH: readonly number[]): number[] {
  let socWh = battery.socWh;
  return powerW.map(
    (power, t) => (socWh += durationH[t]! * (power >= 0 ? power * battery.efficiency : power / battery.efficiency)),
  );
}

/** Cost in micro-units of running a battery so, by plain arithmetic; a kWh left at the end is worth `valueMicro`. */
function costMicro(problem: SiteProblem, powerW: readonly number[], valueMicro: number): number {
  const battery = problem.batteries[0]!;
  const energy = powerW.reduce((sum, power, t) => {
    const siteKwh = ((problem.loadW[t]! - problem.generationW[t]! + power) * problem.durationH[t]!) / 1000;
    const { retailMicroPerKwh, feedInMicroPerKwh } = problem.prices[t]!;
    const wear = (battery.wearMicroPerKwh * Math.max(0, -power) * problem.durationH[t]!) / 1000;
    return sum + wear + siteKwh * (siteKwh >= 0 ? retailMicroPerKwh : feedInMicroPerKwh);
  }, 0);
  const endWh = simulate(battery, powerW, problem.durationH).at(-1)!;
  return energy - (valueMicro * endWh) / 1000;
}

describe('planSite', () => {
  it('stores surplus and covers the dear evening with it', () => {
    const netW = [1500, -3000, -3000, -3000, -3000, 2000, 2000, 2000, 2000];
    const prices = netW.map((_, t) => aPrice({ retailMicroPerKwh: t < 5 ? 220_000 : 540_000 }));
    const [powerW, plan] = ((plan) => [batteryOf(plan).powerW, plan] as const)(planOf(aSiteProblem(netW, { prices })));
    expect(powerW.slice(1, 5).every((power) => power >= 0)).toBe(true);
    expect(powerW.slice(5)).toEqual([-2000, -2000, -2000, -2000]);
    expect(plan.siteW.slice(5)).toEqual([0, 0, 0, 0]);
  });

  it('never does better or worse than trying every set-point', () => {
    const prices = [120_000, 60_000, 300_000, 90_000, 400_000].map((retailMicroPerKwh) =>
      aPrice({ retailMicroPerKwh, feedInMicroPerKwh: 50_000 }),
    );
    const battery = aBattery({
      capacityWh: 2000,
      socWh: 600,
      minWh: 200,
      maxWh: 1600,
      maxChargeW: 2000,
      maxDischargeW: 2000,
      efficiency: 1,
      wearMicroPerKwh: 10_000,
    });
    const problem = aSiteProblem([800, -1600, 2400, -800, 1600], { prices, batteries: [battery] });
    const stepsW = [-2000, -1600, -1200, -800, -400, 0, 400, 800, 1200, 1600, 2000];
    // Cheapest quarter of five intervals is one: 50,000 of forgone feed-in less wear.
    const valueMicro = 40_000;
    let best = Infinity;
    const search = (chosenW: number[]): void => {
      const soc = simulate(battery, chosenW, problem.durationH);
      if (
        soc.some(
          (wh, t) =>
            wh < battery.minWh - 1e-9 || wh > battery.maxWh + 1e-9 || chosenW[t]! > taperCharge(2000, wh / 20) + 1e-9,
        )
      )
        return;
      if (chosenW.length === 5) best = Math.min(best, costMicro(problem, chosenW, valueMicro));
      else for (const power of stepsW) search([...chosenW, power]);
    };
    search([]);
    const planned = costMicro(problem, batteryOf(planOf(problem)).powerW, valueMicro);
    expect(planned).toBeLessThanOrEqual(best + 100);
    expect(planned).toBeGreaterThan(best - 3000);
  });

  it('C8 prices import and export apart: it does not sell at feed-in what it must buy back at retail', () => {
    const plan = planOf(aSiteProblem([0, 0, 0, 0], { batteries: [aBattery({ socWh: 6000 })] }));
    expect(plan.siteW.every((power) => power <= 0)).toBe(true);
    expect(planOf(aSiteProblem([1000, 1000, -4000, -4000, -4000, -4000])).siteW.slice(0, 2)).toEqual([0, 0]);
  });

  it('C11 restores a reserve that is already broken as fast as power allows and says so', () => {
    const plan = planOf(
      aSiteProblem([500, 500, 500, 500], { batteries: [aBattery({ socWh: 200, maxChargeW: 1000 })] }),
    );
    const { powerW, socPct } = batteryOf(plan);
    expect(powerW[0]).toBe(1000);
    expect(socPct![1]).toBeGreaterThanOrEqual(10);
    expect(plan.isRelaxed).toBe(true);
    expect(plan.binding[0]).toMatch(/^relaxed reserve/);
  });

  it('C11 never makes a broken reserve worse, even where energy is dear', () => {
    const prices = [900_000, 900_000, 900_000].map((retailMicroPerKwh) => aPrice({ retailMicroPerKwh }));
    const { socPct } = batteryOf(
      planOf(aSiteProblem([3000, 3000, 3000], { prices, batteries: [aBattery({ socWh: 300 })] })),
    );
    expect(Math.min(...socPct!)).toBeGreaterThanOrEqual(4.68);
  });

  it('C11 lets a battery above its maximum come down and does not charge it', () => {
    const { powerW } = batteryOf(
      planOf(aSiteProblem([-2000, 500, 500], { batteries: [aBattery({ socWh: 6300, maxWh: 5000 })] })),
    );
    expect(powerW[0]).toBeLessThan(0);
  });

  it('C12 charges no faster than the taper allows near full', () => {
    const problem = aSiteProblem(
      Array.from({ length: 8 }, () => -6000),
      { batteries: [aBattery({ socWh: 4800 })] },
    );
    const { powerW, socPct } = batteryOf(planOf(problem));
    powerW.forEach((power, t) => expect(power).toBeLessThanOrEqual(taperCharge(5000, socPct![t]!) + 1));
    expect(socPct!.at(-1)).toBeGreaterThan(99);
  });

  it('C12 does not burn energy by charging and discharging at once where prices are negative', () => {
    const prices = Array.from({ length: 6 }, () =>
      aPrice({ retailMicroPerKwh: -100_000, feedInMicroPerKwh: -120_000 }),
    );
    const problem = aSiteProblem([500, 500, -500, -500, 500, 500], { prices });
    const battery = problem.batteries[0]!;
    const { powerW, socPct } = batteryOf(planOf(problem));
    const soc = simulate(battery, powerW, problem.durationH);
    soc.forEach((wh, t) => expect(Math.abs((100 * wh) / battery.capacityWh - socPct![t]!)).toBeLessThan(0.05));
  });

  it('never buys from and sells to its neighbours in one interval', () => {
    const prices = [0, 1, 2, 3].map(() =>
      aPrice({ buyableW: 2000, sellableW: 2000, communityBuyMicroPerKwh: 131_000 }),
    );
    const plan = planOf(aSiteProblem([800, 0, 500, 900], { prices }));
    plan.boughtFromCommunityW.forEach((boughtW, t) => expect(Math.min(boughtW, plan.soldToCommunityW[t]!)).toBe(0));
  });

  it('keeps an export limit by charging, then by curtailing where it may', () => {
    const problem = aSiteProblem([-6000, -6000], {
      exportLimitW: [2000, 2000],
      batteries: [aBattery({ maxChargeW: 1000 })],
      inverter: { deviceId: 'home-1-pv', ratedW: 8000 },
    });
    const plan = planOf(problem);
    expect(plan.siteW).toEqual([-2000, -2000]);
    expect(plan.devices.find((device) => device.kind === 'inverter')!.powerW).toEqual([-3000, -3000]);
    expect(plan.isRelaxed).toBe(false);
  });

  it('names a limit that cannot be kept instead of failing', () => {
    const plan = planOf(aSiteProblem([9000, 9000], { importLimitW: [2000, 2000], batteries: [] }));
    expect(plan.isRelaxed).toBe(true);
    expect(plan.binding).toContain('relaxed import limit (2)');
  });

  it('gives a car its energy by the time it is due, in the cheapest hours and never below the least power', () => {
    const prices = [300_000, 100_000, 300_000, 90_000].map((retailMicroPerKwh) => aPrice({ retailMicroPerKwh }));
    const charger = { deviceId: 'home-1-ev', maxW: 7200, minW: 1440, wantedWh: 1800, dueIndex: 2 };
    const plan = planOf(aSiteProblem([0, 0, 0, 0], { prices, batteries: [], chargers: [charger] }));
    expect(plan.devices[0]!.powerW).toEqual([0, 7200, 0, 0]);
  });

  it('computes with energy that costs less than the computing is worth', () => {
    const prices = [60_000, 300_000].map((retailMicroPerKwh) => aPrice({ retailMicroPerKwh }));
    const rack = { deviceId: 'village-rack-unit', maxW: 3000, idleW: 150, valueMicroPerKwh: 90_000 };
    const plan = planOf(aSiteProblem([0, 0], { prices, batteries: [], racks: [rack] }));
    expect(plan.devices[0]!.powerW).toEqual([3000, 150]);
  });

  it('re-prices the program it holds to the plan of a new one', () => {
    const problem = aSiteProblem([1000, -2000, 1500, 800]);
    const prices = problem.prices.map((price, t) => ({
      ...price,
      retailMicroPerKwh: 150_000 + 90_000 * t,
      sellableW: 500,
    }));
    const planner = planSite(problem, open);
    planner.plan();
    planner.reprice(prices);
    expect(planner.plan().costMicro).toBe(planOf({ ...problem, prices }).costMicro);
    planner.dispose();
  });
});

const anySite = fc
  .array(
    fc.record({
      netW: fc.integer({ min: -9000, max: 9000 }),
      retail: fc.integer({ min: -200, max: 600 }),
      feedIn: fc.integer({ min: -200, max: 300 }),
      trade: fc.integer({ min: 0, max: 4000 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .chain((steps) =>
    fc
      .record({
        soc: fc.double({ min: 0, max: 1, noNaN: true }),
        reserve: fc.double({ min: 0, max: 0.9, noNaN: true }),
        limitW: fc.integer({ min: 0, max: 8000 }),
        efficiency: fc.double({ min: 0.7, max: 1, noNaN: true }),
      })
      .map((rest) =>
        aSiteProblem(
          steps.map((step) => step.netW),
          {
            prices: steps.map(({ retail, feedIn, trade }) =>
              aPrice({
                retailMicroPerKwh: retail * 1000,
                feedInMicroPerKwh: feedIn * 1000,
                communityBuyMicroPerKwh: (retail + feedIn) * 500,
                communitySellMicroPerKwh: feedIn * 1000,
                buyableW: trade,
                sellableW: 4000 - trade,
              }),
            ),
            importLimitW: steps.map(() => rest.limitW),
            exportLimitW: steps.map(() => rest.limitW / 2),
            batteries: [aBattery({ socWh: rest.soc * 6400, minWh: rest.reserve * 6400, efficiency: rest.efficiency })],
            chargers: [
              { deviceId: 'home-1-ev', maxW: 3000, minW: 0, wantedWh: 5000, dueIndex: Math.floor(steps.length / 2) },
            ],
          },
        ),
      ),
  );

describe('any site', () => {
  it('always has a plan, C12 conserves energy, keeps every power and state of charge in bounds', () => {
    fc.assert(
      fc.property(anySite, (problem) => {
        const plan = planOf(problem);
        const battery = problem.batteries[0]!;
        const { powerW, socPct } = batteryOf(plan);
        const soc = simulate(battery, powerW, problem.durationH);
        soc.forEach((wh, t) => {
          // Whole-W set-points: at most 0.5 W off for each interval so far.
          expect(Math.abs(wh - (socPct![t]! * battery.capacityWh) / 100)).toBeLessThan(0.2 * (t + 1) + 0.4);
          expect(wh).toBeGreaterThan(Math.min(battery.minWh, battery.socWh) - 0.2 * (t + 1));
          expect(wh).toBeLessThan(battery.capacityWh + 0.2 * (t + 1));
          const evW = plan.devices.find((device) => device.kind === 'charger')!.powerW[t]!;
          expect(
            Math.abs(plan.siteW[t]! - (problem.loadW[t]! - problem.generationW[t]! + powerW[t]! + evW)),
          ).toBeLessThan(2);
        });
        expect(powerW.every((power) => power <= battery.maxChargeW && power >= -battery.maxDischargeW)).toBe(true);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});
