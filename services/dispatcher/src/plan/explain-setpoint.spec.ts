import { beforeAll, describe, expect, it } from 'vitest';
import { aBattery, aPrice, aSiteProblem } from '../testing/a-site-problem.ts';
import { explainSetpoints, type DeviceReasons } from './explain-setpoint.ts';
import { loadSolver } from './highs.link.ts';
import type { OpenLp } from './linear-program.ts';
import { planSite } from './plan-site.ts';
import type { SiteProblem } from './site-problem.ts';

let open: OpenLp;

beforeAll(async () => {
  open = await loadSolver();
});

function explain(problem: SiteProblem): DeviceReasons {
  const planner = planSite(problem, open);
  try {
    return explainSetpoints(planner, planner.plan())[0]!;
  } finally {
    planner.dispose();
  }
}

describe('explainSetpoints', () => {
  it('says that a battery covers its own load, and what idling would have cost', () => {
    const prices = [540_000, 220_000, 220_000, 220_000].map((retailMicroPerKwh) => aPrice({ retailMicroPerKwh }));
    const { first } = explain(aSiteProblem([2000, 0, 0, 0], { prices, batteries: [aBattery()] }));
    expect(first.code).toBe('self-consumption');
    expect(first.nextBest?.setpointW).toBe(0);
    // Half a kWh at 540,000 instead of its worth at the end, 220,000 less two conversions.
    expect(first.nextBest?.extraCostMicro).toBeGreaterThan(155_000);
    expect(first.nextBest?.extraCostMicro).toBeLessThan(175_000);
  });

  it('says that surplus is stored, and that energy is bought from and sold to neighbours', () => {
    const later = { retailMicroPerKwh: 540_000 };
    const charge = (netW: number, price: object): string => {
      const prices = [aPrice(price), aPrice(later), aPrice(later)];
      return explain(
        aSiteProblem([netW, 4000, 4000], { prices, batteries: [aBattery({ socWh: 700, maxChargeW: 1500 })] }),
      ).first.code;
    };
    expect(charge(-2000, {})).toBe('self-consumption');
    expect(charge(0, { buyableW: 1500 })).toBe('community-trade');
    expect(charge(0, {})).toBe('price-arbitrage');
    const cheapLater = [
      aPrice({ sellableW: 1500, communitySellMicroPerKwh: 190_000 }),
      aPrice({ retailMicroPerKwh: 60_000 }),
      aPrice({ retailMicroPerKwh: 60_000 }),
    ];
    expect(explain(aSiteProblem([0, 0, 0], { prices: cheapLater })).first.code).toBe('community-trade');
  });

  it('says which limit holds an idle battery', () => {
    expect(explain(aSiteProblem([-1000], { batteries: [aBattery({ socWh: 6400 })] })).first.code).toBe('soc-limit');
    expect(explain(aSiteProblem([1000], { batteries: [aBattery({ socWh: 640 })] })).first.code).toBe('reserve');
    expect(explain(aSiteProblem([1000], { batteries: [aBattery({ socWh: 300 })] })).first.code).toBe('reserve');
  });

  it('gives every interval a code, and never a better alternative than the plan', () => {
    const reasons = explain(aSiteProblem([1000, -3000, 2000, 500]));
    expect(reasons.codes).toHaveLength(4);
    expect(reasons.first.nextBest?.extraCostMicro).toBeGreaterThanOrEqual(0);
  });
});
