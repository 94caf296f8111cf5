import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FullDiskReport } from './testing/live-on-a-full-disk.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCRIPT = fileURLToPath(new URL('testing/live-on-a-full-disk.ts', import.meta.url));
const MOUNT = 'mount -t tmpfs -o size=512k none "$1"';
/** Loads TypeScript with decorators as vitest does. */
const CHILD = `
  import { runnerImport } from 'vite';
  const resolve = { conditions: ['source'] };
  const config = { configFile: false, root: process.argv[2], logLevel: 'silent', resolve, ssr: { resolve } };
  const { module } = await runnerImport(process.argv[3], config);
  process.stdout.write(JSON.stringify(await module.liveOnAFullDisk(process.argv[1])));
`;

const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', MOUNT, 'sh', tmpdir()]).status === 0;
const title = canMount
  ? 'a gateway on a real disk that is full'
  : 'a full disk: skipped, no tmpfs can be mounted here by unshare';

/** Runs the script with a disk of 512 KiB of its own, which nobody else sees. */
async function liveOnATinyDisk(): Promise<FullDiskReport> {
  const folder = mkdtempSync(join(tmpdir(), 'wattmesh-full-'));
  const node = `exec "${process.execPath}" --input-type=module -e "$2" "$1" "$3" "$4"`;
  const child = spawn('unshare', ['-rm', 'sh', '-c', `${MOUNT} && ${node}`, 'sh', folder, CHILD, ROOT, SCRIPT], {
    cwd: ROOT,
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (part) => out.push(String(part)));
  child.stderr.on('data', (part) => err.push(String(part)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  rmSync(folder, { recursive: true, force: true });
  expect(code, err.join('')).toBe(0);
  return JSON.parse(out.join('')) as FullDiskReport;
}

describe.runIf(canMount)(title, () => {
  let report: FullDiskReport;
  beforeAll(async () => {
    report = await liveOnATinyDisk();
  });

  it('goes on following schedule, command and limit', () => {
    const { whileFull, startedFull } = report;
    expect(whileFull.scheduledW).toBe(-800);
    expect(whileFull.commandedW).toBe(-3_000);
    expect(whileFull.guardedW).toBeLessThanOrEqual(1_500);
    expect(startedFull.scheduledW).toBe(-700);
  });

  it('says that it is full, and is well again within a poll once there is room', () => {
    const { whileFull, startedFull, isReadyOnceFree, isReadyInTheEnd } = report;
    expect([whileFull.isReady, isReadyOnceFree, startedFull.isReady, isReadyInTheEnd]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(whileFull.metrics).toMatch(/wattmesh_gateway_store_refusing\{[^}]*site="home-1"[^}]*\} 1/);
    expect(whileFull.metrics).toMatch(/wattmesh_gateway_shed_readings_total\{[^}]*site="home-1"[^}]*\} [1-9]/);
  });

  it('meters the whole gap exactly, estimated where nobody kept the boundary', () => {
    const { meterings, importWh, areContiguous } = report;
    expect(meterings.map(({ run, quality }) => `${run} ${quality}`)).toEqual([
      'correction-1 estimated',
      'correction-1 estimated',
      'correction-1 estimated',
      'preliminary estimated',
      'correction-1 estimated',
      'preliminary estimated',
    ]);
    meterings.slice(1).forEach((next, index) => expect(next.startWh).toBe(meterings[index]?.endWh));
    const metered = (meterings.at(-1)?.endWh ?? 0) - (meterings[0]?.startWh ?? 0);
    expect(Math.abs(metered - importWh)).toBeLessThan(20);
    expect(areContiguous).toBe(true);
  });

  it('tells of the command once it can', () => {
    expect(report.stages).toEqual(['accepted', 'applied', 'verified', 'reverted']);
  });
});
