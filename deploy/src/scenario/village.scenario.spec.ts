import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario } from '@wattmesh/simulator';
import { describe, expect, it } from 'vitest';
import { runIntervals } from './runs.ts';

const DATA = process.env['WATTMESH_DATA'] ?? '';
const hasData = existsSync(join(DATA, 'citylearn2022'));

describe(`the village on its first morning, on real profiles${hasData ? '' : ' (skipped: no data folder in WATTMESH_DATA)'}`, () => {
  it.runIf(hasData)(
    'shares, dispatches, settles and meters to the Wh for 8 intervals',
    async () => {
      const report = await runIntervals({ scenario: loadScenario('village'), intervals: 8, dataFolder: DATA });
      expect(report.violations).toEqual([]);
      expect(report.intervals).toBe(8);
      expect(report.homes).toBe(17);
      for (const { sharedWh } of report.shared) expect(sharedWh).toBeGreaterThanOrEqual(500);
      for (const battery of report.batteries) expect(battery.signChanges, battery.deviceId).toBeGreaterThan(0);
      expect(report.commands.verified / report.commands.issued).toBeGreaterThanOrEqual(0.95);
      expect(report.settlement.executions).toBeGreaterThanOrEqual(1);
      expect(report.forecast).toMatchObject({ isBaseline: false });
      expect(report.forecast?.mase).toBeLessThan(1);
      expect(report.kpi.membersWorseOff).toBe(0);
      expect(report.loads).toHaveLength(2 * 17);
      for (const load of report.loads) expect(load.meteredWh, load.site).toBe(load.fileWh);
    },
    240_000,
  );
});
