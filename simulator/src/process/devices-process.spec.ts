import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../scenario/scenario.store.ts';
import { readWorldState } from '../state/world-state.store.ts';
import { DevicesProcess } from './testing/devices-process.ts';
import { SiteClient } from './testing/site-client.ts';

const scenario = loadScenario('hamlet');
const START_MS = Date.parse(scenario.startsAt);
const SPEED = 600;
const ESS = { siteId: 'home-1', unitId: 4, deviceId: 'home-1-ess' };

const folder = mkdtempSync(join(tmpdir(), 'wattmesh-process-'));
let files = 0;
const aFile = (): string => join(folder, `world-${(files += 1)}.json`);
const running: DevicesProcess[] = [];

function start(args: readonly string[], clock?: string): DevicesProcess {
  const devices = new DevicesProcess(['--scenario', 'hamlet', '--port', '0', ...args], clock);
  running.push(devices);
  return devices;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((devices) => devices.kill('SIGKILL')));
});
afterAll(() => rmSync(folder, { recursive: true }));

const isAnswering = (endpoint: { host: string; port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(endpoint);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** Counters of all devices on a SunSpec map, and the charge of the battery. */
async function readAll(devices: DevicesProcess): Promise<{ counters: number[]; socPct: number }> {
  const endpoints = await devices.ready;
  const counters: number[] = [];
  let socPct = Number.NaN;
  for (const { siteId } of scenario.sites) {
    const client = await SiteClient.open(endpoints[siteId]);
    for (const device of scenario.devices.filter((each) => each.siteId === siteId))
      counters.push(...(await client.counters(device.unitId)));
    if (siteId === ESS.siteId) socPct = (await client.model(ESS.unitId, 713)).value('SoC');
    await client.close();
  }
  return { counters, socPct };
}

/** Tells the battery to charge with 2000 W for an hour. */
async function charge(devices: DevicesProcess): Promise<void> {
  const client = await SiteClient.open((await devices.ready)[ESS.siteId]);
  const { address } = await client.model(ESS.unitId, 704);
  await client.write(ESS.unitId, address + 30, [1, 0, 3600]);
  await client.write(ESS.unitId, address + 22, [1, 1, 0xffff, 0x10000 - 2000]);
  await client.close();
}

async function setpointOf(devices: DevicesProcess): Promise<Record<string, number>> {
  const client = await SiteClient.open((await devices.ready)[ESS.siteId]);
  const { value } = await client.model(ESS.unitId, 704);
  const powerW = (await client.model(ESS.unitId, 701)).value('W');
  await client.close();
  return { set: value('WSet'), enable: value('WSetEna'), remainingS: value('WSetRvrtRem'), powerW };
}

describe('devices in a process of their own', () => {
  it('tell their parent where they answer, and end with the channel, saved', async () => {
    const file = aFile();
    const devices = start(['--state', file, '--seed', '7']);
    const endpoints = await devices.ready;
    expect(Object.keys(endpoints)).toEqual(scenario.sites.map(({ siteId }) => siteId));
    expect(await Promise.all(Object.values(endpoints).map(isAnswering))).not.toContain(false);
    await charge(devices);
    devices.child.disconnect();
    expect(await devices.ended).toEqual({ code: 0, signal: null, errors: '' });
    const kept = readWorldState(file);
    expect(kept).toMatchObject({ writes: [], world: { seed: 7 } });
    expect(kept?.world.sites[ESS.siteId]?.devices[ESS.deviceId]?.control.targetW).toBe(2000);
  });

  it('leave no orphan when their parent is killed', async () => {
    const parent = fork(new URL('./testing/parent.ts', import.meta.url), [aFile()], { execArgv: [] });
    const [{ ready }] = (await once(parent, 'message')) as [{ ready: { endpoints: Record<string, never> } }];
    const endpoint = ready.endpoints[ESS.siteId]!;
    expect(await isAnswering(endpoint)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAnswering(endpoint), { timeout: 10_000 }).toBe(false);
  });

  it('stand still while their clock is held, and share the mapping that releases it', async () => {
    const file = aFile();
    const held = `${Date.now()},${START_MS - 600_000},${SPEED},held`;
    const waiting = start(['--state', file], held);
    await waiting.ready;
    await waiting.kill('SIGTERM');
    expect(readWorldState(file)?.simMs).toBe(START_MS);

    const released = start(['--state', file], held);
    await released.ready;
    const wallMs = Date.now();
    released.child.send({ clock: `${wallMs},${START_MS + 5000},${SPEED}` });
    await expect.poll(() => readWorldState(file)?.simMs, { timeout: 10_000 }).toBeGreaterThan(START_MS + 5000);
    const earliestMs = START_MS + 5000 + (Date.now() - wallMs) * SPEED;
    expect(await released.kill('SIGTERM')).toMatchObject({ code: 0 });
    const latestMs = START_MS + 5000 + (Date.now() - wallMs) * SPEED;
    const simMs = readWorldState(file)?.simMs ?? 0;
    // Two processes agree to a millisecond of the wall.
    expect(simMs).toBeGreaterThanOrEqual(earliestMs - SPEED);
    expect(simMs).toBeLessThanOrEqual(latestMs + SPEED);
  });

  it('end with one line when the release of their clock cannot be read', async () => {
    const devices = start([], `${Date.now()},${START_MS},${SPEED},held`);
    await devices.ready;
    devices.child.send({ clock: 'now' });
    const { code, errors } = await devices.ended;
    expect(code).toBe(2);
    expect(errors).toMatch(/^the release of the clock: clock "now": give wallMs,simMs,speed[^\n]*\n$/);
  });

  it('killed and started again, have counted on: no counter falls, set-point and timer hold', async () => {
    const file = aFile();
    const clock = `${Date.now()},${START_MS},${SPEED}`;
    const killed = start(['--state', file], clock);
    await killed.ready;
    const keptMs = readWorldState(file)?.simMs ?? 0;
    await expect.poll(() => readWorldState(file)?.simMs, { timeout: 10_000 }).toBeGreaterThan(keptMs);
    // From here the saved world is older than what the client writes and reads.
    await charge(killed);
    await sleep(200);
    const before = await readAll(killed);
    expect(await killed.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });

    const again = start(['--state', file], clock);
    const after = await readAll(again);
    expect(after.counters).toHaveLength(before.counters.length);
    after.counters.forEach((wh, index) => expect(wh).toBeGreaterThanOrEqual(before.counters[index]!));
    const chargeS = (Date.now() - Number(clock.split(',')[0])) * (SPEED / 1000);
    const capacityWh = scenario.devices.find((device) => device.deviceId === ESS.deviceId)?.battery?.capacityWh ?? 0;
    expect(after.socPct).toBeGreaterThan(before.socPct);
    expect(after.socPct).toBeLessThan(before.socPct + (100 * 2000 * chargeS) / 3600 / capacityWh);
    const setpoint = await setpointOf(again);
    expect(setpoint).toMatchObject({ set: -2000, enable: 1 });
    expect(setpoint['powerW']).toBeLessThan(-1900);
    expect(setpoint['remainingS']).toBeLessThan(3600);
    expect(setpoint['remainingS']).toBeGreaterThan(0);
  });

  it('go on from where they were ended, at the speed given where no clock is', async () => {
    const file = aFile();
    const first = start(['--state', file, '--speed', `${SPEED}`]);
    await charge(first);
    await first.kill('SIGINT');
    const endedMs = readWorldState(file)?.simMs ?? 0;
    expect(endedMs).toBeGreaterThan(START_MS);
    const startedMs = Date.now();
    const second = start(['--state', file]);
    await second.ready;
    expect(await setpointOf(second)).toMatchObject({ set: -2000, enable: 1 });
    await second.kill('SIGTERM');
    const againMs = readWorldState(file)?.simMs ?? 0;
    expect(againMs).toBeGreaterThan(endedMs);
    expect(againMs).toBeLessThan(endedMs + Date.now() - startedMs);
  });

  it('have one world to themselves: a second start on it is refused', async () => {
    const file = aFile();
    await start(['--state', file]).ready;
    const { code, errors } = await start(['--state', file]).ended;
    expect(code).toBe(2);
    expect(errors).toMatch(/world-\d+\.json is in use by another process: end it first or give another file\n$/);
  });

  it.each([
    {
      what: 'a damaged world',
      args: () => ['--state', damaged()],
      line: /is damaged \(line 1, .*; delete it to start/,
    },
    { what: 'a world in no folder', args: () => ['--state', join(folder, 'none', 'w')], line: /w has no folder; make/ },
    { what: 'a world without a name', args: () => ['--state', ''], line: /^--state: give a file that keeps the world/ },
    { what: 'a clock that says nothing', clock: '1,2', line: /^WATTMESH_CLOCK: clock "1,2": give wallMs,simMs,speed/ },
    {
      what: 'the clock of another community',
      clock: '0,0,1',
      line: /^WATTMESH_CLOCK says 20.*, but the world stands at /,
    },
    {
      what: 'two speeds',
      args: () => ['--speed', '2'],
      clock: `0,${START_MS},1`,
      line: /^--speed and WATTMESH_CLOCK are/,
    },
    {
      what: 'a seed that is none',
      args: () => ['--seed', 'x'],
      line: /^--seed x: give a whole number from 0 to 4294967295/,
    },
  ])('refuse $what in one line with code 2', async ({ args = () => [], clock, line }) => {
    const { code, errors } = await start(args(), clock).ended;
    expect(errors).toMatch(line);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

function damaged(): string {
  const file = aFile();
  writeFileSync(file, '{"version":1}\n');
  return file;
}
