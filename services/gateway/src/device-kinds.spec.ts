import { CommandIssued, CommandProgressed } from '@wattmesh/events';
import { afterAll, describe, expect, it } from 'vitest';
import { GatewayHarness } from './testing/gateway.harness.ts';

const harness = new GatewayHarness({
  scenario: 'village',
  sites: ['home-1', 'home-4', 'village-rack', 'village-battery'],
});
afterAll(() => harness.stop());

/** Device, set-point of a command, its safe rule, and where it falls back to when it hears nothing any more. */
const CASES = [
  ['home-4-ev', 2_000, 1_440, 1_440],
  ['village-rack-unit', 2_000, 150, 150],
  ['home-1-pv', -300, -5_000, undefined],
  ['village-battery-ess', 1_500, 0, 0],
] as const;

async function commandAll(round: number): Promise<void> {
  for (const [index, [deviceId, setpointW]] of CASES.entries()) {
    const commandId = `00000000-0000-8000-8000-0000000000${round}${index}`;
    await harness.publish(CommandIssued, harness.command(deviceId, { commandId, setpointW }));
  }
}

describe('every kind of device', () => {
  it('takes a command, is verified by the independent meter and goes back to its safe rule', async () => {
    await harness.start();
    await harness.runTo(15.1);
    await commandAll(1);
    await harness.runTo(18.5);
    for (const [deviceId, setpointW, safeW] of CASES) {
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

  it('C9 falls back by itself when its gateway died: a car to its minimum, a rack to idle, a battery to a stop, a roof on model 123 to its own default', async () => {
    await commandAll(2);
    await harness.runTo(19);
    await harness.killGateway();
    await harness.runTo(22);
    for (const [deviceId, , , fallBackW] of CASES)
      expect(harness.world.controlOf(deviceId).targetW, deviceId).toBe(fallBackW);
  });
});
