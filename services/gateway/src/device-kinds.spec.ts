import { CommandIssued, CommandProgressed } from '@wattmesh/events';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayHarness } from './testing/gateway.harness.ts';

const harness = new GatewayHarness({
  scenario: 'village',
  sites: ['home-1', 'home-4', 'village-rack', 'village-battery'],
});
afterAll(() => harness.stop());

describe('every kind of device', () => {
  it('takes a command, is verified by the independent meter and goes back to its safe rule', async () => {
    await harness.start();
    await harness.runTo(15.1);
    const cases: [string, number, number][] = [
      ['home-4-ev', 2_000, 1_440],
      ['village-rack-unit', 2_000, 150],
      ['home-1-pv', -300, -5_000],
      ['village-battery-ess', 1_500, 0],
    ];
    for (const [index, [deviceId, setpointW]] of cases.entries()) {
      const commandId = `00000000-0000-8000-8000-00000000000${index}`;
      await harness.publish(CommandIssued, harness.command(deviceId, { commandId, setpointW }));
    }
    await harness.runTo(18.5);
    for (const [deviceId, setpointW, safeW] of cases) {
      const own = harness.events(CommandProgressed).filter((progress) => progress.deviceId === deviceId);
      expect(own.map((progress) => [progress.stage, progress.setpointW])).toEqual([
        ['accepted', undefined],
        ['applied', setpointW],
        ['verified', setpointW],
        ['reverted', safeW],
      ]);
      const toleranceW = Math.max(100, 0.05 * Math.abs(setpointW));
      expect(Math.abs((own[2]?.measuredW ?? 0) - setpointW)).toBeLessThanOrEqual(toleranceW);
    }
  });
});
