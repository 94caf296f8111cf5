import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { generateProfiles } from '../profiles/generate-profiles.ts';
import { QUARTER_MS, type Profiles } from '../profiles/profiles.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';
import { loadScenario } from '../scenario/scenario.store.ts';
import { World } from '../world.ts';
import { startDevices, type RunningDevices } from './devices.link.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(
  scenario: Scenario,
  profiles: Profiles = generateProfiles(scenario),
): Promise<{ world: World; devices: RunningDevices; time: { nowMs: number } }> {
  const world = new World({ scenario, profiles });
  const time = { nowMs: world.nowMs };
  const devices = await startDevices({ world, clock: () => time.nowMs, portFrom: 0 });
  closers.push(() => devices.stop());
  return { world, devices, time };
}

/** One Modbus request and its answer's PDU. */
async function ask(devices: RunningDevices, to: { siteId: string; unitId: number }, pdu: number[]): Promise<Buffer> {
  const endpoint = devices.endpoints.get(to.siteId);
  if (endpoint === undefined) throw new TypeError(`no ${to.siteId}`);
  const socket: Socket = connect(endpoint);
  closers.push(() => void socket.destroy());
  socket.write(Uint8Array.from([0, 1, 0, 0, 0, pdu.length + 1, to.unitId, ...pdu]));
  let answer = Buffer.alloc(0);
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk as Buffer]);
    if (answer.length >= 6 && answer.length >= 6 + answer.readUInt16BE(4)) break;
  }
  return answer.subarray(7);
}

const read = (address: number, count: number): number[] => [3, address >> 8, address & 255, count >> 8, count & 255];

/** Address of a model's ID register, by walking the chain. */
async function findModel(devices: RunningDevices, to: { siteId: string; unitId: number }, id: number): Promise<number> {
  for (let address = 40_002; ;) {
    const head = await ask(devices, to, read(address, 2));
    if (head.readUInt16BE(2) === id) return address;
    if (head.readUInt16BE(2) === 0xffff) throw new TypeError(`no model ${id}`);
    address += 2 + head.readUInt16BE(4);
  }
}

describe('served devices', () => {
  it("C16 show a home's file energy exactly between two boundaries of its load sub-meter", async () => {
    const scenario = loadScenario('hamlet');
    const fileWh = [417, 418];
    const profiles: Profiles = {
      ...generateProfiles(scenario),
      loadWh: (siteId, startMs) => (siteId === 'home-3' ? (fileWh[(startMs / QUARTER_MS) % 2] ?? 0) : 100),
    };
    const { devices, time, world } = await serve(scenario, profiles);
    const load = { siteId: 'home-3', unitId: 2 };
    const meter = await findModel(devices, load, 201);
    const importWh = async (): Promise<number> => (await ask(devices, load, read(meter + 46, 2))).readUInt32BE(2);
    time.nowMs = world.nowMs + QUARTER_MS;
    const first = await importWh();
    time.nowMs += 317_000;
    await importWh();
    time.nowMs += QUARTER_MS - 317_000;
    const startWh = profiles.loadWh('home-3', time.nowMs - QUARTER_MS);
    expect((await importWh()) - first).toBe(startWh);
    time.nowMs += 4 * QUARTER_MS;
    expect((await importWh()) - first).toBe(startWh + 2 * (417 + 418));
  });

  it('C9 obey a set-point written to model 704 and let go of it when the timer runs out', async () => {
    const { devices, time, world } = await serve(loadScenario('hamlet'));
    const ess = { siteId: 'home-1', unitId: 4 };
    const controls = await findModel(devices, ess, 704);
    const write = (offset: number, words: number[]): Promise<Buffer> => {
      const address = controls + offset;
      const bytes = words.flatMap((word) => [(word >> 8) & 255, word & 255]);
      return ask(devices, ess, [16, address >> 8, address & 255, 0, words.length, bytes.length, ...bytes]);
    };
    expect((await write(30, [1, 0, 60]))[0]).toBe(16);
    expect((await write(22, [1, 1, 0, 1500, 0, 0]))[0]).toBe(16);
    expect(world.reading('home-1-ess').powerW).toBe(-1496);
    time.nowMs += 59_999;
    await ask(devices, ess, read(controls, 2));
    expect(world.reading('home-1-ess').powerW).toBe(-1496);
    time.nowMs += 1;
    await ask(devices, ess, read(controls, 2));
    expect(world.reading('home-1-ess').powerW).toBe(4);
  });

  it('refuse a taken port with one line and leave nothing open', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    closers.push(() => new Promise<void>((resolve) => blocker.close(() => resolve())));
    const { port } = blocker.address() as AddressInfo;
    const scenario = loadScenario('hamlet');
    const world = new World({ scenario, profiles: generateProfiles(scenario) });
    const start = startDevices({ world, clock: () => world.nowMs, portFrom: port - 1 });
    await expect(start).rejects.toThrow(ScenarioError);
    await expect(start).rejects.toThrow(/is taken; stop what listens there or pass another --port/);
  });
});
