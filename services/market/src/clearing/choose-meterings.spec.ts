import { describe, expect, it } from 'vitest';
import { chooseMeterings, type KnownMetering } from './choose-meterings.ts';

const enrolled = [
  { meterId: 'home-2-meter', siteId: 'home-2', memberId: 'home-2', role: 'revenue' as const },
  { meterId: 'home-1-meter', siteId: 'home-1', memberId: 'home-1', role: 'revenue' as const },
  { meterId: 'home-1-load', siteId: 'home-1', memberId: 'home-1', role: 'load' as const },
  { meterId: 'head-meter', siteId: 'feeder-head', memberId: 'supplier', role: 'head' as const },
];
const known = (entries: Record<string, [number, number]>): Map<string, KnownMetering> =>
  new Map(
    Object.entries(entries).map(([meterId, [importWh, exportWh]]) => [
      meterId,
      { hash: `hash of ${meterId}`, metered: { importWh, exportWh } },
    ]),
  );

describe('chooseMeterings', () => {
  it('uses what is there, sorted by meter, and lists what settles', () => {
    const chosen = chooseMeterings({
      enrolled,
      current: known({ 'home-1-meter': [5, 0], 'home-2-meter': [7, 0], 'home-1-load': [5, 0], 'head-meter': [12, 0] }),
      earlier: new Map(),
    });
    expect(chosen.missing).toEqual([]);
    expect(chosen.meterings.map((metering) => metering.meterId)).toEqual([
      'head-meter',
      'home-1-load',
      'home-1-meter',
      'home-2-meter',
    ]);
    expect(chosen.used.map((used) => used.meterId)).toEqual(['head-meter', 'home-1-meter', 'home-2-meter']);
  });

  it('repeats the last interval of a silent revenue meter and says so', () => {
    const chosen = chooseMeterings({
      enrolled,
      current: known({ 'home-2-meter': [7, 0], 'head-meter': [12, 0] }),
      earlier: known({ 'home-1-meter': [6, 1] }),
    });
    expect(chosen.missing).toEqual(['home-1-meter']);
    expect(chosen.meterings.find((metering) => metering.meterId === 'home-1-meter')).toMatchObject({
      importWh: 6,
      exportWh: 1,
      isSubstituted: true,
    });
    expect(chosen.used.find((used) => used.meterId === 'home-1-meter')).toMatchObject({
      hash: 'hash of home-1-meter',
      isSubstituted: true,
    });
  });

  it('lets a silent head meter accuse nobody', () => {
    const chosen = chooseMeterings({
      enrolled,
      current: known({ 'home-1-meter': [5, 0], 'home-2-meter': [0, 9] }),
      earlier: new Map(),
    });
    expect(chosen.meterings[0]).toMatchObject({ meterId: 'head-meter', importWh: 0, exportWh: 4, isSubstituted: true });
  });

  it('C23 marks a meter never heard of as substituted, not as measured zero', () => {
    const chosen = chooseMeterings({
      enrolled,
      current: known({ 'home-2-meter': [7, 0], 'head-meter': [12, 0] }),
      earlier: new Map(),
    });
    expect(chosen.meterings.find((metering) => metering.meterId === 'home-1-meter')).toMatchObject({
      importWh: 0,
      isSubstituted: true,
    });
  });
});
