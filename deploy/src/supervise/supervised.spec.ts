import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startProcess, type ServerProcess } from '../local/child-process.ts';
import { Supervised } from './supervised.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-supervised-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const IDLE = 'setInterval(() => {}, 1000);';
const SAYS_PID = `require('fs').appendFileSync('PIDS', process.pid + '\\n');`;

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has reaped yet still takes signals.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const soon = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 20 });

/** Runs a node script as a supervised process; its reports are kept. */
function supervise(script: string) {
  const file = join(folder, 'script.cjs');
  writeFileSync(file, script.replaceAll('PIDS', join(folder, 'pids')));
  const reports: string[] = [];
  const supervised = new Supervised<ServerProcess>(
    'script',
    async () => startProcess({ name: 'script', command: process.execPath, args: [file] }),
    {
      onStart: ({ pid }) => reports.push(`start ${pid}`),
      onEnd: (reason, afterMs) => reports.push(`${reason}, again in ${afterMs} ms`),
      onGiveUp: (error) => reports.push(error.message),
    },
  );
  return { supervised, reports };
}

describe('a supervised process', () => {
  it('is started again after a kill', async () => {
    const { supervised, reports } = supervise(IDLE);
    const first = await supervised.start();
    process.kill(first.pid, 'SIGKILL');
    await soon(() => expect(supervised.life?.pid ?? first.pid).not.toBe(first.pid));
    expect(reports).toEqual([`start ${first.pid}`, 'was killed, again in 200 ms', `start ${supervised.life?.pid}`]);
    await supervised.stop();
  });

  it('is started again after it ended by itself, later each time, and says what it printed', async () => {
    const { supervised, reports } = supervise(`console.error('no bread'); process.exit(3);`);
    await supervised.start();
    await soon(() => expect(reports.filter((report) => report.includes('again'))).toHaveLength(3));
    await supervised.stop();
    expect(reports.filter((report) => report.includes('again'))).toEqual(
      [200, 400, 800].map((ms) => `ended with code 3 (no bread), again in ${ms} ms`),
    );
    expect(supervised.life).toBeUndefined();
  });

  it('ends on request, and is not started again', async () => {
    const { supervised, reports } = supervise(IDLE);
    const { pid } = await supervised.start();
    await supervised.stop();
    expect(isAlive(pid)).toBe(false);
    expect(reports).toEqual([`start ${pid}`]);
  });

  it('counts a start that fails as an ending', async () => {
    let starts = 0;
    const reports: string[] = [];
    const supervised = new Supervised<ServerProcess>(
      'script',
      async () => {
        starts += 1;
        if (starts === 2) throw new Error('its port is taken');
        return startProcess({ name: 'script', command: process.execPath, args: ['-e', IDLE] });
      },
      { onEnd: (reason, afterMs) => reports.push(`${reason}, again in ${afterMs} ms`) },
    );
    const first = await supervised.start();
    process.kill(first.pid, 'SIGKILL');
    await soon(() => expect(starts).toBe(3));
    await supervised.stop();
    expect(reports).toEqual(['was killed, again in 200 ms', 'did not start: its port is taken, again in 400 ms']);
  });

  it('that the machine gives no room to live says so', async () => {
    const reports: string[] = [];
    const supervised = new Supervised<ServerProcess>(
      'server',
      async () => startProcess({ name: 'server', command: process.execPath, args: ['-e', 'process.exit(3)'] }),
      { onEnd: (reason) => reports.push(reason), hindrance: () => 'the disk is full' },
    );
    await supervised.start();
    await soon(() => expect(reports[0]).toBe('ended with code 3; the disk is full'));
    await supervised.stop();
  });

  it('refuses at its first start what its caller must mend', async () => {
    const supervised = new Supervised('server', () => Promise.reject(new Error('no such server')));
    await expect(supervised.start()).rejects.toThrow('no such server');
    await supervised.stop();
  });
});

describe('a child process', () => {
  it('that refuses to end is killed 10 s later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const heard = Promise.withResolvers<unknown>();
      const script = `process.on('SIGTERM', () => process.send('not yet')); process.send('up'); ${IDLE}`;
      const said: unknown[] = [];
      const child = startProcess({
        name: 'stubborn',
        command: process.execPath,
        args: ['-e', script],
        onMessage: (message) => {
          said.push(message);
          if (message === 'up') heard.resolve(message);
        },
      });
      await heard.promise;
      const stopping = child.stop();
      await vi.advanceTimersByTimeAsync(9990);
      expect(isAlive(child.pid)).toBe(true);
      await vi.advanceTimersByTimeAsync(20);
      await stopping;
      expect(isAlive(child.pid)).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('dies with the process that started it, and its words stay in the log', async () => {
    const pids = join(folder, 'pids');
    const log = join(folder, 'child.jsonl');
    const starter = join(import.meta.dirname, '..', 'local', 'child-process.ts');
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--conditions=source',
        '-e',
        `
      import { startProcess } from ${JSON.stringify(starter)};
      startProcess({
        name: 'child', command: process.execPath,
        args: ['-e', ${JSON.stringify(`${SAYS_PID.replace('PIDS', pids)} console.log('{"msg":"here"}'); ${IDLE}`)}],
        logFiles: { output: ${JSON.stringify(log)}, errors: ${JSON.stringify(join(folder, 'child.err'))} },
        onMessage: () => {},
      });
    `,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    await soon(() => expect(existsSync(pids) && readFileSync(log, 'utf8')).toBe('{"msg":"here"}\n'));
    const child = Number(readFileSync(pids, 'utf8'));
    expect(isAlive(child)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await soon(() => expect(isAlive(child)).toBe(false));
  });
});
