import {
  CommandIssued,
  CommandProgressed,
  DeviceStatusChanged,
  IntervalMetered,
  ReadingTaken,
  ScheduleIssued,
} from '@wattmesh/events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deriveKey } from './signing/derive-key.ts';
import { isMeteringSignedBy } from './signing/encode-metering.ts';
import { DyingEffects } from './testing/dying-effects.ts';
import { DOMAIN, GatewayHarness } from './testing/gateway.harness.ts';

const MINUTE_MS = 60_000;
const running: GatewayHarness[] = [];

async function aGateway(options: ConstructorParameters<typeof GatewayHarness>[0] = {}): Promise<GatewayHarness> {
  const harness = new GatewayHarness(options);
  running.push(harness);
  await harness.start();
  return harness;
}

afterEach(async () => {
  for (const harness of running.splice(0)) await harness.stop();
});

const stagesOf = (harness: GatewayHarness): string[] => harness.events(CommandProgressed).map(({ stage }) => stage);

describe('gateway of a hamlet left alone for three intervals', () => {
  const harness = new GatewayHarness();
  const ids = harness.scenario.devices.map(({ deviceId }) => deviceId);
  const before = new Map(ids.map((deviceId) => [deviceId, harness.world.reading(deviceId)]));

  beforeAll(async () => {
    await harness.start();
    await harness.runTo(45);
  });
  afterAll(() => harness.stop());

  it('discovers every device, reads it by exception and reports it online', () => {
    const online = harness.events(DeviceStatusChanged).filter(({ status }) => status === 'online');
    expect(online.map(({ deviceId }) => deviceId).sort()).toEqual([...ids].sort());
    const readings = harness.events(ReadingTaken);
    expect(new Set(readings.map(({ deviceId }) => deviceId))).toEqual(new Set(ids));
    const head = readings.filter(({ deviceId }) => deviceId === 'feeder-head-meter');
    expect(head.length).toBeGreaterThanOrEqual(45);
    expect(head.length).toBeLessThanOrEqual(4 * 45 + 1);
    expect(readings.find(({ deviceId }) => deviceId === 'home-1-ess')?.points.socPct).toBeCloseTo(75, 0);
  });

  it('meters every interval from the counters, signed per meter, so that the sum telescopes', () => {
    const meterings = harness.events(IntervalMetered);
    for (const deviceId of ids) {
      const own = meterings.filter(({ meterId }) => meterId === deviceId);
      expect(own.map(({ intervalStart }) => Date.parse(intervalStart))).toEqual(
        [0, 15, 30].map((minute) => harness.startMs + minute * MINUTE_MS),
      );
      own.slice(1).forEach((next, index) => expect(next.counters.startImportWh).toBe(own[index]?.counters.endImportWh));
      expect(own.every(({ quality, run }) => quality === 'measured' && run === 'preliminary')).toBe(true);
      const [start, end] = [before.get(deviceId), harness.world.reading(deviceId)];
      expect(own.reduce((sum, { importWh }) => sum + importWh, 0)).toBe(end.importWh - (start?.importWh ?? 0));
      expect(own.reduce((sum, { exportWh }) => sum + exportWh, 0)).toBe(end.exportWh - (start?.exportWh ?? 0));
      const key = deriveKey('hamlet-seed', deviceId).publicKey;
      expect(own.every((metering) => isMeteringSignedBy(metering, DOMAIN, key))).toBe(true);
    }
  });
});

describe('gateway of a hamlet', () => {
  it('refuses a device that is not the one registered', async () => {
    const harness = await aGateway({ sites: ['home-3'] });
    const device = harness.scenario.devices.find(({ deviceId }) => deviceId === 'home-3-meter');
    await harness.reregister('home-3-meter', { serial: 'WM-SWAPPED' });
    await harness.runTo(2);
    const fault = harness
      .events(DeviceStatusChanged)
      .find(({ deviceId, status }) => deviceId === 'home-3-meter' && status === 'fault');
    expect(fault?.cause).toContain(`serial is "${device?.serial}", registered is "WM-SWAPPED"`);
  });

  it('takes a command through accepted, applied and verified, and lets go at its expiry', async () => {
    const harness = await aGateway({ sites: ['village-battery'], speed: 1 });
    await harness.runTo(1);
    await harness.publish(CommandIssued, harness.command('village-battery-ess'));
    await harness.runTo(2);
    expect(stagesOf(harness)).toEqual(['accepted', 'applied', 'verified']);
    const verified = harness.events(CommandProgressed).at(-1);
    expect(verified?.setpointW).toBe(-3_000);
    expect(Math.abs((verified?.measuredW ?? 0) + 3_000)).toBeLessThanOrEqual(150);
    expect(harness.world.controlOf('village-battery-ess').targetW).toBe(-3_000);
    await harness.runTo(3.2);
    expect(stagesOf(harness)).toEqual(['accepted', 'applied', 'verified', 'reverted']);
    expect(harness.world.controlOf('village-battery-ess').targetW).toBe(0);
  });

  it('refuses a tampered command and leaves the device alone', async () => {
    const harness = await aGateway({ sites: ['village-battery'] });
    await harness.runTo(1);
    await harness.publish(CommandIssued, { ...harness.command('village-battery-ess'), setpointW: -4_999 });
    await harness.runTo(2);
    expect(harness.events(CommandProgressed)).toMatchObject([
      { stage: 'refused', reason: 'not signed by the enrolled dispatcher' },
    ]);
    expect(harness.world.controlOf('village-battery-ess').targetW).toBe(0);
  });

  it('a forged command cannot take the place of the true one of its name, nor can a replay outlive it', async () => {
    const harness = await aGateway({ sites: ['village-battery'], speed: 1 });
    await harness.runTo(1);
    const genuine = harness.command('village-battery-ess');
    await harness.publish(CommandIssued, { ...genuine, setpointW: -4_999, expiresAt: '2099-01-01T00:00:00.000Z' });
    await harness.publish(CommandIssued, genuine);
    await harness.runTo(2);
    expect(harness.world.controlOf('village-battery-ess').targetW).toBe(genuine.setpointW);
    await harness.runTo(4);
    expect(harness.world.controlOf('village-battery-ess').targetW).toBe(0);
    await harness.publish(CommandIssued, genuine);
    await harness.publish(CommandIssued, { ...genuine, siteId: 'home-1' });
    await harness.runTo(5);
    expect(harness.world.controlOf('village-battery-ess').targetW).toBe(0);
  });

  it('a frozen revenue meter hides nothing from the guard: the battery stops, the status says why', async () => {
    const change = (scenario: GatewayHarness['scenario']): void => {
      const at = (minute: number): string => new Date(Date.parse(scenario.startsAt) + minute * MINUTE_MS).toISOString();
      scenario.faults.push({ kind: 'frozen', deviceId: 'home-1-meter', fromAt: at(5), untilAt: at(25) });
    };
    const harness = await aGateway({ sites: ['home-1'], change });
    await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [2_500, 2_500]));
    await harness.runTo(4);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(2_500);
    await harness.runTo(10);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(0);
    await harness.runTo(46);
    const own = harness.events(IntervalMetered).filter(({ meterId }) => meterId === 'home-1-meter');
    expect(own.map(({ run, quality }) => [run, quality])).toEqual([
      ['correction-1', 'estimated'],
      ['preliminary', 'estimated'],
      ['preliminary', 'measured'],
    ]);
    const statuses = harness.events(DeviceStatusChanged).filter(({ deviceId }) => deviceId === 'home-1-meter');
    expect(statuses.map(({ status }) => status)).toEqual(['online', 'degraded', 'online']);
  });

  it('C17 a site driven beyond its import limit is narrowed within the next loop', async () => {
    const change = (scenario: GatewayHarness['scenario']): void => {
      const site = scenario.sites.find(({ siteId }) => siteId === 'village-battery');
      if (site !== undefined) site.importLimitW = 1_500;
    };
    const harness = await aGateway({ sites: ['village-battery'], change, speed: 1 });
    await harness.runTo(1);
    // Somebody else drives the device: the gateway finds it at the meter.
    harness.world.control('village-battery-ess', { targetW: 5_000 });
    expect(harness.world.reading('village-battery-meter').powerW).toBeGreaterThan(1_500);
    await harness.runTo(1.5);
    expect(harness.world.reading('village-battery-meter').powerW).toBeLessThanOrEqual(1_500);
  });

  it('follows a signed schedule slot by slot, then the safe local rule', async () => {
    const harness = await aGateway({ sites: ['home-1'] });
    await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [1_000, -800]));
    await harness.runTo(5);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(1_000);
    await harness.runTo(20);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(-800);
    await harness.runTo(33);
    expect(Math.abs(harness.world.reading('home-1-meter').powerW)).toBeLessThan(400);
  });

  it('C9 a device of a gateway that died stops by itself when the revert timer runs out', async () => {
    const harness = await aGateway({ sites: ['home-1'] });
    await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [1_000, 1_000]));
    await harness.runTo(5);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(1_000);
    await harness.killGateway();
    await harness.runTo(7);
    expect(harness.world.controlOf('home-1-ess').targetW).toBe(0);
  });

  it('keeps the static share: no order of the plan takes the site beyond its export limit', async () => {
    const change = (scenario: GatewayHarness['scenario']): void => {
      const site = scenario.sites.find(({ siteId }) => siteId === 'village-battery');
      if (site !== undefined) site.exportLimitW = 2_000;
    };
    const harness = await aGateway({ sites: ['village-battery'], change });
    await harness.publish(ScheduleIssued, harness.schedule('village-battery-ess', [-5_000, -5_000]));
    await harness.runTo(10);
    expect(harness.world.reading('village-battery-meter').powerW).toBeGreaterThanOrEqual(-2_000);
    expect(harness.world.reading('village-battery-meter').powerW).toBeLessThan(-1_800);
  });

  it('holds a dead meter without starving the others, and meters its true energy when it is back', async () => {
    const change = (scenario: GatewayHarness['scenario']): void => {
      const at = (minute: number): string => new Date(Date.parse(scenario.startsAt) + minute * MINUTE_MS).toISOString();
      scenario.faults.push({ kind: 'offline', deviceId: 'home-2-load', fromAt: at(10), untilAt: at(22) });
    };
    const harness = await aGateway({ sites: ['home-2', 'home-3'], change, modbusTimeoutMs: 60 });
    await harness.runTo(46);
    const own = harness.events(IntervalMetered).filter(({ meterId }) => meterId === 'home-2-load');
    expect(own.map(({ run, quality }) => [run, quality])).toEqual([
      ['correction-1', 'estimated'],
      ['preliminary', 'estimated'],
      ['preliminary', 'measured'],
    ]);
    own.slice(1).forEach((next, index) => expect(next.counters.startImportWh).toBe(own[index]?.counters.endImportWh));
    const others = harness.events(IntervalMetered).filter(({ meterId }) => meterId !== 'home-2-load');
    expect(others).toHaveLength((harness.scenario.devices.length - 1) * 3);
    expect(others.every(({ quality }) => quality === 'measured')).toBe(true);
    const statuses = harness.events(DeviceStatusChanged).filter(({ deviceId }) => deviceId === 'home-2-load');
    expect(statuses.map(({ status }) => status)).toEqual(['online', 'degraded', 'offline', 'online']);
  });

  it('catches up after it was away: estimated, and nothing is lost between the counters', async () => {
    const harness = await aGateway({ sites: ['home-3'] });
    await harness.runTo(17);
    await harness.killGateway();
    await harness.runTo(50);
    await harness.startGateway();
    await harness.runTo(61);
    const own = harness.events(IntervalMetered).filter(({ meterId }) => meterId === 'home-3-meter');
    expect(own.map(({ run, quality }) => [run, quality])).toEqual([
      ['preliminary', 'measured'],
      ['correction-1', 'estimated'],
      ['preliminary', 'estimated'],
      ['preliminary', 'estimated'],
    ]);
    own.slice(1).forEach((next, index) => expect(next.counters.startImportWh).toBe(own[index]?.counters.endImportWh));
  });

  it('a damaged log stops its own site only', async () => {
    const harness = await aGateway({ sites: ['home-2', 'home-3'] });
    await harness.runTo(16);
    await harness.killGateway();
    harness.damageLog('home-2');
    await harness.startGateway();
    expect((await harness.readiness()).checks['sites']).toBe(false);
    await harness.runTo(31);
    const second = harness.events(IntervalMetered).slice(harness.scenario.devices.length);
    expect(second.map(({ meterId }) => meterId).sort()).toEqual(['feeder-head-meter', 'home-3-load', 'home-3-meter']);
  });

  it('loses and doubles nothing wherever it is killed, before an effect or after it', async () => {
    const whole = new DyingEffects(Number.POSITIVE_INFINITY, true);
    await quarterHour(whole);
    const parts = 10;
    for (let part = 0; part < parts; part += 1) {
      const diesAt = Math.floor((part * whole.count) / parts);
      const { harness, importWh } = await quarterHour(new DyingEffects(diesAt, part % 2 === 0));
      expect(stagesOf(harness)).toEqual(['accepted', 'applied', 'verified', 'reverted']);
      const meterings = harness
        .events(IntervalMetered)
        .map(({ meterId, run, quality, importWh: wh }) => `${meterId} ${run} ${quality} ${wh}`);
      const expected = [...importWh].map(([deviceId, wh]) => `${deviceId} preliminary measured ${wh}`);
      expect(meterings.sort()).toEqual(expected.sort());
      expect(harness.contradictions(IntervalMetered)).toEqual([]);
    }
  });
});

/** Seventeen minutes with a command in them, the gateway started again at once whenever it dies. */
async function quarterHour(effects: DyingEffects): Promise<{ harness: GatewayHarness; importWh: Map<string, number> }> {
  const harness = new GatewayHarness({ sites: ['home-1', 'village-battery'] });
  running.push(harness);
  await harness.start(effects);
  const shownWh = (deviceId: string): number => harness.world.reading(deviceId).importWh;
  const importWh = new Map(harness.scenario.devices.map(({ deviceId }) => [deviceId, -shownWh(deviceId)]));
  for (let step = 0; step <= 17 * 4; step += 1) {
    if (step === 8) await harness.publish(CommandIssued, harness.command('village-battery-ess'));
    await harness.runTo(step / 4);
    while (effects.hasDied) {
      await harness.killGateway();
      effects.hasDied = false;
      await harness.startGateway(effects);
      await harness.runTo(step / 4);
    }
    if (step === 60) for (const [deviceId, startWh] of importWh) importWh.set(deviceId, startWh + shownWh(deviceId));
  }
  await harness.stop();
  running.pop();
  return { harness, importWh };
}
