import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAIN_PORT, KAFKA_PORT, POSTGRES_PORT } from '../local/servers.ts';
import { assertPortFree } from '../local/ports.ts';
import { killRun } from './kill-run.ts';
import { processesOf } from './strike.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const READY_WITHIN_MS = 150_000;
const PORTS = [POSTGRES_PORT, CHAIN_PORT, KAFKA_PORT, 1502, 1503, 1504];

/** The launcher has ports of its own: where a village runs on this machine already, it cannot run beside it. */
async function arePortsFree(): Promise<boolean> {
  const free = await Promise.allSettled(PORTS.map((port) => assertPortFree(port, 'a server')));
  return free.every(({ status }) => status === 'fulfilled');
}

const canRun = process.env['WATTMESH_TEST_KAFKA'] !== undefined && (await arePortsFree());
if (!canRun) process.stderr.write('The kill run is skipped: it needs Kafka, and the ports of npm start.\n');

/** `npm start` in a folder of its own. */
class Launcher {
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  printed = '';

  constructor(readonly folder: string) {
    const args = ['--scenario', 'hamlet', '--bus', 'kafka', '--port', '0', '--speed', '60'];
    const env = { ...process.env, WATTMESH_ROOT: folder };
    this.#process = spawn(process.execPath, [join(ROOT, 'deploy', 'dist', 'main.js'), ...args], { cwd: ROOT, env });
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.#exited = new Promise((resolve) => this.#process.once('exit', resolve));
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!this.printed.includes('ready: ')) {
      if (performance.now() > deadline || this.#process.exitCode !== null) throw new Error(this.printed);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  end(signal: NodeJS.Signals): Promise<number | null> {
    this.#process.kill(signal);
    return this.#exited;
  }
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(!canRun)('a running stack', () => {
  let launcher: Launcher;
  beforeAll(async () => {
    const tsc = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT });
    launcher = new Launcher(mkdtempSync(join(tmpdir(), 'wattmesh-kill-')));
    await launcher.untilReady();
  }, 2 * READY_WITHIN_MS);
  afterAll(async () => {
    await launcher.end('SIGKILL');
    rmSync(launcher.folder, { recursive: true, force: true });
  });

  it('loses and doubles nothing when each of its processes is killed once, and one paused', async () => {
    const folder = join(launcher.folder, '.wattmesh');
    const lines: string[] = [];
    const report = await killRun(folder, { times: 10, pauseS: 8, seed: 1 }, (line) => lines.push(line));
    expect(report.isWhole, lines.join('\n')).toBe(true);
    expect(report.acts).toHaveLength(10);
    expect(report.counts.meterings).toBeGreaterThan(0);
  }, 600_000);

  it('ends with its launcher, leaving no process and no taken port', async () => {
    const pids = Object.values(processesOf(join(launcher.folder, '.wattmesh')));
    expect(pids.filter(runs)).toEqual(pids);
    expect(await launcher.end('SIGINT'), launcher.printed).toBe(0);
    expect(pids.filter(runs)).toEqual([]);
    expect(await arePortsFree()).toBe(true);
  }, 60_000);
});
