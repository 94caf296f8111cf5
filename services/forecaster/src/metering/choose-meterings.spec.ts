import type { IntervalMetered } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { chooseMeterings } from './choose-meterings.ts';

const aMetering = (more: Partial<IntervalMetered> = {}): IntervalMetered => ({
  meterId: 'home-1-load',
  siteId: 'home-1',
  role: 'load',
  intervalStart: '2026-07-06T12:00:00Z',
  run: 'preliminary',
  counters: { startImportWh: 0, endImportWh: 7, startExportWh: 0, endExportWh: 3 },
  importWh: 7,
  exportWh: 3,
  quality: 'measured',
  attestation: 'gatewaySoftware',
  signature: `0x${'00'.repeat(64)}`,
  ...more,
});
const energies = (...meterings: IntervalMetered[]): number[] =>
  chooseMeterings(meterings).map(({ energyWh }) => energyWh);

describe('the meterings a forecaster learns from', () => {
  it('takes what flowed into a load and out of a plant, and no other role', () => {
    expect(
      energies(
        aMetering(),
        aMetering({ meterId: 'home-1-pv', role: 'generation' }),
        aMetering({ meterId: 'home-1-meter', role: 'revenue' }),
      ),
    ).toEqual([7, 3]);
  });

  it('C22 takes a zero for zero and a missing value for nothing', () => {
    expect(
      energies(aMetering({ importWh: 0 }), aMetering({ meterId: 'other-load', importWh: 0, quality: 'missing' })),
    ).toEqual([0]);
  });

  it('takes the highest run in any order, and the later of equal ones', () => {
    const runs = [
      aMetering({ run: 'correction-2', importWh: 2 }),
      aMetering({ run: 'correction-10', importWh: 10 }),
      aMetering({ run: 'final', importWh: 1 }),
    ];
    expect(energies(...runs)).toEqual([10]);
    expect(energies(...runs.reverse())).toEqual([10]);
    expect(energies(aMetering(), aMetering({ importWh: 8 }))).toEqual([8]);
  });
});
