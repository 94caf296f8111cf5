import { loadScenario, type Scenario } from '@wattmesh/simulator';
import { describe, expect, it } from 'vitest';
import { beginningAt, runIntervals } from './runs.ts';

/** Three in the morning: no sun, batteries at rest, so that one meter carries a large part of the energy. */
const NIGHT = '2017-07-18T10:00:00Z';
const NEXT_NIGHT = '2017-07-19T10:00:00Z';

const withCtError = (scenario: Scenario, deviceId: string, errorPct: number): Scenario => ({
  ...scenario,
  faults: [{ kind: 'ctError', deviceId, errorPct, fromAt: NIGHT, untilAt: NEXT_NIGHT }],
});

describe('the residual of a community (M1)', () => {
  const night = beginningAt(loadScenario('hamlet'), NIGHT);

  it('stays within the modelled loss and 2 % of throughput where every meter is right', async () => {
    const { shared, invariants } = await runIntervals({ scenario: night, intervals: 2 });
    for (const { residualWh, residualBoundWh, suspectMeterId } of shared) {
      expect(Math.abs(residualWh)).toBeLessThanOrEqual(residualBoundWh);
      expect(suspectMeterId).toBeNull();
    }
    expect(invariants['M1']).toBe(true);
  }, 120_000);

  it.each([
    ['feeder-head-meter', 5],
    ['home-3-meter', -12],
  ])(
    'passes its bound where the transformers of %s err by %d percent, and names that meter',
    async (meterId, errorPct) => {
      const { shared, invariants } = await runIntervals({
        scenario: withCtError(night, meterId, errorPct),
        intervals: 2,
      });
      expect(shared.length).toBeGreaterThan(0);
      for (const { residualWh, residualBoundWh, suspectMeterId } of shared) {
        expect(Math.abs(residualWh)).toBeGreaterThan(residualBoundWh);
        expect(suspectMeterId).toBe(meterId);
      }
      // The promise is to name the meter where the bound is passed: it holds.
      expect(invariants['M1']).toBe(true);
    },
    120_000,
  );
});
