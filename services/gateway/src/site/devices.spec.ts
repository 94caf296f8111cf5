import { CommandIssued, CommandProgressed, IntervalMetered } from '@wattmesh/events';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayHarness } from '../testing/gateway.harness.ts';

const running: GatewayHarness[] = [];

async function aGateway(scenario: string): Promise<GatewayHarness> {
  const harness = new GatewayHarness({ scenario });
  running.push(harness);
  await harness.start();
  return harness;
}

afterEach(async () => {
  for (const harness of running.splice(0)) await harness.stop();
});

describe('every kind of device', () => {
  it('takes a command, is verified by the independent meter and goes back to its safe rule', async () => {
    const harness = await aGateway('village');
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

describe('isolation of sites', () => {
  it('a damaged log stops its own site only', async () => {
    const harness = await aGateway('hamlet');
    await harness.runTo(16);
    await harness.killGateway();
    harness.damageLog('home-2');
    await harness.startGateway();
    expect((await harness.readiness()).checks['sites']).toBe(false);
    await harness.runTo(31);
    const second = harness.events(IntervalMetered).slice(harness.scenario.devices.length);
    const ids = harness.scenario.devices.map((device) => device.deviceId).filter((id) => !id.startsWith('home-2-'));
    expect(second.map(({ meterId }) => meterId).sort()).toEqual(ids.sort());
  });
});
