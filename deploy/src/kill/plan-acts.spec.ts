import { seededRandom } from '@wattmesh/platform';
import { describe, expect, it } from 'vitest';
import { planActs } from './plan-acts.ts';

const NAMES = ['anvil', 'gateway', 'Kafka', 'market'];

describe('the acts of a kill run', () => {
  it('kill every process once before they pause every process once', () => {
    const acts = planActs(NAMES, { count: 8, random: seededRandom(1) });
    expect(acts.map(({ kind }) => kind)).toEqual([...Array(4).fill('kill'), ...Array(4).fill('pause')]);
    for (const turn of [acts.slice(0, 4), acts.slice(4)])
      expect(new Set(turn.map(({ process }) => process))).toEqual(new Set(NAMES));
  });

  it('are as many as were asked for, the same for the same seed', () => {
    const acts = planActs(NAMES, { count: 7, random: seededRandom(5) });
    expect(acts).toHaveLength(7);
    expect(planActs(NAMES, { count: 7, random: seededRandom(5) })).toEqual(acts);
  });
});
