import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../local/ports.ts';
import { Roster } from '../supervise/roster.ts';
import { ClockLine } from './clock-line.ts';
import { ServiceProcess } from './service-process.ts';

let folder: string;
let service: ServiceProcess | undefined;
let said: string[];
let pids: Readonly<Record<string, number>>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-service-'));
  [said, pids] = [[], {}];
});
afterEach(async () => {
  vi.useRealTimers();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A service as small as can be: healthy until a file lies beside it; it prints what it is told. */
const SERVICE = `
  const { createServer } = require('node:http');
  const { existsSync } = require('node:fs');
  const isIll = () => existsSync(__dirname + '/ill-' + process.pid);
  createServer((request, response) => {
    response.statusCode = isIll() ? 503 : 200;
    response.end(request.url === '/metrics' ? 'lag 7\\n' : '');
  }).listen(Number(process.env.PORT), '127.0.0.1', () => console.log(JSON.stringify({ clock: process.env.WATTMESH_CLOCK })));
  process.on('message', (message) => console.log(JSON.stringify(message)));
`;

async function startService(clock: ClockLine): Promise<ServiceProcess> {
  const script = join(folder, 'service.cjs');
  writeFileSync(script, SERVICE);
  const say = (line: string) => void said.push(line);
  const roster = new Roster({
    say,
    onChange: (now) => (pids = now),
    onGiveUp: (error) => expect.unreachable(error.message),
  });
  const child = { name: 'market', script, env: {}, heapMb: 64, logFolder: join(folder, 'log'), port: await freePort() };
  service = new ServiceProcess(child, { clock, roster, say });
  await service.start();
  await vi.waitFor(async () => expect(await service?.isReady()).toBe(true), { timeout: 10_000, interval: 20 });
  return service;
}

const aClock = () => new ClockLine({ wallMs: 1000, simMs: 5000, speed: 60 });
const log = () =>
  readFileSync(join(folder, 'log', 'market.jsonl'), 'utf8')
    .trim()
    .split('\n');

describe('a service in a process of its own', () => {
  it('answers on its port again after a kill, by the clock that was released meanwhile', async () => {
    const clock = aClock();
    await startService(clock);
    clock.release({ wallMs: 2000, simMs: 9000 });
    await vi.waitFor(() => expect(log()).toEqual(['{"clock":"1000,5000,60,held"}', '{"clock":"2000,9000,60"}']));
    process.kill(pids['market'] ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(log()).toHaveLength(3), { timeout: 10_000, interval: 20 });
    expect(log()[2]).toBe('{"clock":"2000,9000,60"}');
    expect(await service?.isReady()).toBe(true);
    expect(await service?.metrics()).toBe('lag 7\n');
    expect(said).toEqual(['market was killed; starting it again in 0.2 s']);
  });

  it('is ended and started again when it says that it is not alive', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await startService(aClock());
    const ill = pids['market'] ?? 0;
    writeFileSync(join(folder, `ill-${ill}`), '');
    await vi.advanceTimersByTimeAsync(3000);
    vi.useRealTimers();
    await vi.waitFor(() => expect(pids['market'] ?? ill).not.toBe(ill), { timeout: 10_000, interval: 20 });
    expect(said[0]).toBe('market says that it is not alive; ending it');
    expect(existsSync(`/proc/${ill}`)).toBe(false);
  });
});
