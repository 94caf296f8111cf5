import { beforeAll, describe, expect, it } from 'vitest';
import { aBattery, aSiteProblem } from '../testing/a-site-problem.ts';
import { loadSolver } from './highs.link.ts';
import type { OpenLp } from './linear-program.ts';
import { planCommunity, type UnpricedSite } from './plan-community.ts';

let open: OpenLp;

beforeAll(async () => {
  open = await loadSolver();
});

const tariffOf = (intervals: number) =>
  Array.from({ length: intervals }, () => ({
    retailMicroPerKwh: 220_000,
    feedInMicroPerKwh: 50_000,
    sharedChargesMicroPerKwh: 20_000,
  }));

function aSite(siteId: string, netW: readonly number[], socWh?: number): UnpricedSite {
  const batteries = socWh === undefined ? [] : [aBattery({ deviceId: `${siteId}-ess`, socWh })];
  const { prices: _, ...site } = aSiteProblem(netW, { siteId, batteries });
  return site;
}

describe('planCommunity', () => {
  it('C21 lets batteries that see one shortage answer no more than the shortage', () => {
    const shortW = [4000, 4000, -9000, -9000, -9000, -9000, -9000, -9000];
    const owners = Array.from({ length: 6 }, (_, index) =>
      aSite(
        `home-${index + 1}`,
        shortW.map(() => 0),
        6000,
      ),
    );
    const { plans } = planCommunity({ tariff: tariffOf(8), sites: [aSite('village-load', shortW), ...owners] }, open);
    const soldW = plans
      .flatMap((plan) => plan.devices)
      .reduce((sum, device) => sum - Math.min(0, device.powerW[0]!), 0);
    expect(soldW).toBeGreaterThan(500);
    expect(soldW).toBeLessThanOrEqual(4010);
  });

  it('charges a community battery with what the homes have left over and empties it into their need', () => {
    const netW = [-6000, -6000, -6000, -6000, 5000, 5000, 5000, 5000];
    const { plans } = planCommunity(
      {
        tariff: tariffOf(8),
        sites: [
          aSite('home-1', netW),
          aSite(
            'village-battery',
            netW.map(() => 0),
            640,
          ),
        ],
      },
      open,
    );
    const battery = plans.find((plan) => plan.siteId === 'village-battery')!.devices[0]!.powerW;
    expect(Math.max(...battery.slice(0, 4))).toBeGreaterThan(1000);
    expect(Math.min(...battery.slice(4))).toBeLessThan(-1000);
  });

  it('plans the same whatever order the sites come in', () => {
    const sites = [
      aSite('home-1', [900, -2000, 500, 1800], 3000),
      aSite('home-2', [1500, 1200, -800, 400]),
      aSite('home-3', [-700, -700, 2200, 100], 5000),
    ];
    const plan = (order: UnpricedSite[]) => planCommunity({ tariff: tariffOf(4), sites: order }, open);
    expect(plan(sites.toReversed())).toEqual(plan(sites));
  });
});
