import { CommandIssued, CommandProgressed, IntervalMetered, ReadingTaken, ScheduleIssued } from '@wattmesh/events';
import { afterEach, describe, expect, it } from 'vitest';
import { DyingEffects } from './testing/dying-effects.ts';
import { GatewayHarness } from './testing/gateway.harness.ts';

const running: GatewayHarness[] = [];
const SECOND = '00000000-0000-8000-8000-000000000002';

function aHarness(options: ConstructorParameters<typeof GatewayHarness>[0]): GatewayHarness {
  const harness = new GatewayHarness(options);
  running.push(harness);
  return harness;
}

afterEach(async () => {
  for (const harness of running.splice(0)) await harness.stop();
});

const stagesOf = (harness: GatewayHarness, commandId: string): string[] =>
  harness
    .events(CommandProgressed)
    .filter((progress) => progress.commandId === commandId)
    .map(({ stage }) => stage);

/** Every consumer may rely on it: each topic and key counts from 1 without a gap, each event under one number. */
function expectContiguous(harness: GatewayHarness): void {
  for (const [line, numbers] of harness.sequences())
    expect(numbers, line).toEqual(numbers.map((_, index) => index + 1));
}

/** Seventeen minutes with a schedule, a command and a forged one; after each death everything comes again. */
async function quarterHour(effects: DyingEffects): Promise<GatewayHarness> {
  const harness = aHarness({ sites: ['home-1', 'village-battery'] });
  await harness.start(effects);
  await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [1_000, -800]));
  for (let step = 0; step <= 17 * 4; step += 1) {
    if (step === 8) {
      const command = harness.command('village-battery-ess');
      await harness.publish(CommandIssued, { ...command, commandId: SECOND });
      await harness.publish(CommandIssued, command);
    }
    await harness.runTo(step / 4);
    while (effects.hasDied) {
      await harness.killGateway();
      effects.hasDied = false;
      await harness.startGateway(effects);
      await harness.redeliver();
      await harness.runTo(step / 4);
    }
  }
  await harness.redeliver();
  await harness.runTo(18);
  return harness;
}

describe('a gateway killed and started again alone', () => {
  it('takes what comes again for what it is, wherever between handling and commit it died', async () => {
    const whole = new DyingEffects(Number.POSITIVE_INFINITY, true);
    await quarterHour(whole);
    const parts = 12;
    for (let part = 0; part < parts; part += 1) {
      const diesAt = Math.floor((part * whole.count) / parts) + 1;
      const harness = await quarterHour(new DyingEffects(diesAt, part % 2 === 0));
      expect(stagesOf(harness, harness.command('village-battery-ess').commandId)).toEqual([
        'accepted',
        'applied',
        'verified',
        'reverted',
      ]);
      expect(stagesOf(harness, SECOND)).toEqual(['refused']);
      expect(harness.world.controlOf('home-1-ess').targetW).toBe(-800);
      expectContiguous(harness);
      await harness.stop();
      running.pop();
    }
  });

  it('goes on without a broker: sites, limits and schedule from its own log, meterings stored', async () => {
    const change = (scenario: GatewayHarness['scenario']): void => {
      const site = scenario.sites.find(({ siteId }) => siteId === 'village-battery');
      if (site !== undefined) site.importLimitW = 1_500;
    };
    const harness = aHarness({ sites: ['home-1', 'village-battery'], change });
    await harness.start();
    await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [1_000, -800, 600, 600, 600, 600]));
    await harness.runTo(5);
    await harness.killGateway();
    harness.broker.leave();
    const before = harness.seen.length;
    await harness.startGateway();
    await harness.runTo(20);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(-800);
    harness.world.control('village-battery-ess', { targetW: 5_000 });
    await harness.runTo(20.6);
    expect(harness.world.reading('village-battery-meter').powerW).toBeLessThanOrEqual(1_500);
    await harness.runTo(65);
    expect(harness.seen).toHaveLength(before);
    expect(await harness.metrics()).toMatch(/wattmesh_outbox_oldest_age_seconds\{[^}]*site="home-1"[^}]*\} 3[56]\d\d/);
    await harness.broker.comeBack();
    // At speed 60: within five seconds of wall time.
    await harness.runTo(70);
    const own = harness.events(IntervalMetered).filter(({ meterId }) => meterId === 'home-1-meter');
    expect(own.map(({ quality, run }) => `${run} ${quality}`)).toEqual(Array(4).fill('preliminary measured'));
    expect(harness.events(ReadingTaken).length).toBeGreaterThan(65);
    expectContiguous(harness);
    expect(await harness.metrics()).toMatch(/wattmesh_outbox_rows\{[^}]*site="home-1"[^}]*\} \d\n/);
  });

  it('follows a schedule that came before its site did, over a restart too', async () => {
    const harness = aHarness({ sites: ['home-1'], isCommunityLate: true });
    await harness.start();
    await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [1_000, 1_000]));
    await harness.publish(ScheduleIssued, {
      ...harness.schedule('home-1-load', [5]),
      signature: `0x${'00'.repeat(64)}`,
    });
    await harness.killGateway();
    await harness.startGateway();
    await harness.registerCommunity();
    await harness.runTo(5);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(1_000);
  });
});
