import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { areLauncherPortsFree, Launcher } from '../testing/launcher.ts';
import { buildEverything } from '../testing/build-everything.ts';
import { killRun } from './kill-run.ts';
import { processesOf } from './strike.ts';

const canRun = process.env['WATTMESH_TEST_KAFKA'] !== undefined;
if (!canRun) process.stderr.write('The kill run is skipped: it needs Kafka.\n');

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.skipIf(!canRun)('a running stack', () => {
  const launcher = new Launcher(['--scenario', 'hamlet', '--bus', 'kafka', '--port', '0', '--speed', '60']);
  beforeAll(async () => {
    buildEverything();
    await launcher.start();
  }, 900_000);
  afterAll(() => launcher.remove());

  it('loses and doubles nothing when each of its processes is killed once, and one paused', async () => {
    const lines: string[] = [];
    const options = { times: 10, pauseS: 8, seed: 1 };
    const report = await killRun(launcher.stateFolder, options, (line) => lines.push(line));
    expect(report.isWhole, lines.join('\n')).toBe(true);
    expect(report.acts).toHaveLength(10);
    expect(report.counts.meterings).toBeGreaterThan(0);
  }, 600_000);

  it('ends with its launcher, leaving no process and no taken port', async () => {
    const pids = Object.values(processesOf(launcher.stateFolder));
    expect(pids.filter(runs)).toEqual(pids);
    expect(await launcher.end('SIGINT'), launcher.printed).toBe(0);
    expect(pids.filter(runs)).toEqual([]);
    expect(await areLauncherPortsFree()).toBe(true);
  }, 60_000);

  it('goes on after a kill of its launcher, which leaves nothing behind either', async () => {
    await launcher.start();
    const pids = Object.values(processesOf(launcher.stateFolder));
    await launcher.end('SIGKILL');
    const deadline = performance.now() + 5000;
    while (pids.some(runs) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pids.filter(runs)).toEqual([]);
    await launcher.start();
    expect(launcher.printed).toContain('going on from');
    expect(await launcher.end('SIGTERM'), launcher.printed).toBe(0);
  }, 300_000);
});
