import { loadScenario } from '@wattmesh/simulator';
import { describe, expect, it } from 'vitest';
import { drillOf } from '../drill/drills.ts';
import { runIntervals } from './runs.ts';

/** What an honest run would have to hide: each act, and the promise that the audit must name. */
const ACTS = [
  ['skimmed-account', 'M1'],
  ['settled-twice', 'M2'],
  ['forged-mandate', 'M3'],
  ['drained-contract', 'M4'],
  ['rewritten-history', 'M5'],
] as const;

describe('the audit of a dishonest community', () => {
  it.each(ACTS)(
    'finds a %s and names %s',
    async (name, invariant) => {
      const report = await runIntervals({ scenario: loadScenario('hamlet'), intervals: 4, drill: drillOf(name) });
      expect(report.invariants[invariant]).toBe(false);
      expect(report.violations.filter((violation) => violation.invariant === invariant).length).toBeGreaterThan(0);
    },
    120_000,
  );
});
