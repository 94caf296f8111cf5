import { describe, expect, it } from 'vitest';
import { balanceFlow, sumW } from './balance-flow.ts';
import { branchesOf } from './branches-of.ts';
import { feederLoad } from './feeder-load.ts';

const feeder = { powerW: 700, quality: 'measured' as const, limitImportW: 10_000, limitExportW: 5000 };
const totals = { loadW: 2000, generationW: -1000, storageW: -400, chargingW: 0, netW: 650, missingSites: 0 };

describe('balanceFlow', () => {
  it('puts what gives on one side and what takes on the other, and names what is left over', () => {
    const balance = balanceFlow({ feeder, totals });
    expect(balance.ins.map((part) => part.key)).toEqual(['sun', 'discharge', 'import']);
    expect(balance.outs).toEqual([
      { key: 'load', powerW: 2000 },
      { key: 'unexplained', powerW: 100 },
    ]);
    expect(sumW(balance.ins)).toBe(sumW(balance.outs));
  });

  it('shows a negative rest on the other side, never hidden', () => {
    const { ins } = balanceFlow({ feeder: { ...feeder, powerW: 500 }, totals });
    expect(ins.at(-1)).toEqual({ key: 'unexplained', powerW: 100 });
  });

  it('claims no rest while a meter is silent', () => {
    const silent = balanceFlow({ feeder, totals: { ...totals, missingSites: 1 } });
    expect(silent.isComplete).toBe(false);
    expect(silent.outs.map((part) => part.key)).toEqual(['load']);
  });
});

describe('feederLoad', () => {
  it.each([
    [9000, 90, 'near'],
    [-5001, 100.02, 'over'],
    [-1000, 20, 'normal'],
    [10_000, 100, 'near'],
  ] as const)('judges %d W by the limit of its direction', (powerW, sharePct, state) => {
    const load = feederLoad(powerW, feeder);
    expect(load.state).toBe(state);
    expect(load.sharePct).toBeCloseTo(sharePct);
  });
});

describe('branchesOf', () => {
  const home = { siteId: 'home-1', name: 'Home 1', quality: 'measured' as const };
  it('leaves out what no site has, and keeps what is only silent', () => {
    const now = { totals: { loadW: 5, missingSites: 0 }, sites: [{ ...home, status: 'online' as const }] };
    expect(branchesOf(now)).toEqual([['load', 5]]);
    const silent = { ...now, sites: [{ ...home, status: 'offline' as const }] };
    expect(branchesOf(silent)).toHaveLength(4);
  });
});
