import { describe, expect, it } from 'vitest';
import { findSuspectMeter } from './find-suspect-meter.ts';
import type { MeteredEnergy } from './interval-input.ts';

const meter = (meterId: string, role: MeteredEnergy['role'], netWh: number): MeteredEnergy => ({
  meterId,
  siteId: meterId.slice(0, 6),
  memberId: meterId.slice(0, 6),
  role,
  importWh: Math.max(0, netWh),
  exportWh: Math.max(0, -netWh),
  isSubstituted: false,
});
const site = (id: string, revenueWh: number) => [
  meter(`${id}-meter`, 'revenue', revenueWh),
  meter(`${id}-load`, 'load', 1000),
  meter(`${id}-pv`, 'generation', -600),
  meter(`${id}-ess`, 'storage', 200),
];
const head = (netWh: number) => meter('feeder-head', 'head', netWh);

describe('findSuspectMeter', () => {
  it.each([
    {
      what: 'nothing inside the bound',
      meterings: [...site('home-1', 600), ...site('home-2', 600), head(1210)],
      residualWh: 10,
      expected: undefined,
    },
    {
      what: 'the revenue meter that misses import',
      meterings: [...site('home-1', 100), ...site('home-2', 600), head(1200)],
      residualWh: 500,
      expected: 'home-1-meter',
    },
    {
      what: 'the revenue meter that over-counts',
      meterings: [...site('home-1', 600), ...site('home-2', 1500), head(1200)],
      residualWh: -900,
      expected: 'home-2-meter',
    },
    {
      what: 'the head meter where every site balances',
      meterings: [...site('home-1', 600), ...site('home-2', 600), head(2000)],
      residualWh: 800,
      expected: 'feeder-head',
    },
    {
      what: 'the site that explains most',
      meterings: [...site('home-1', 500), ...site('home-2', 100), head(1200)],
      residualWh: 600,
      expected: 'home-2-meter',
    },
    {
      what: 'no site whose imbalance would make it worse',
      meterings: [...site('home-1', 900), ...site('home-2', 600), head(2000)],
      residualWh: 500,
      expected: 'feeder-head',
    },
  ])('names $what', ({ meterings, residualWh, expected }) => {
    expect(findSuspectMeter({ meterings, residualWh, residualBoundWh: 50 })).toBe(expected);
  });

  it('names a substituted meter before the head meter', () => {
    const meterings = [
      ...site('home-1', 600),
      { ...meter('home-2-meter', 'revenue', 0), isSubstituted: true },
      head(2000),
    ];
    expect(findSuspectMeter({ meterings, residualWh: 1400, residualBoundWh: 50 })).toBe('home-2-meter');
  });
});
