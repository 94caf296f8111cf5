import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LaunchError } from './local/launch-error.ts';
import { readStartOptions } from './start-options.ts';
import { start } from './start.ts';
import { holdState } from './state-lock.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wattmesh-start-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const starting = (...args: string[]) =>
  start(readStartOptions(args, { calledFrom: root, root }), new AbortController().signal);

describe('npm start', () => {
  it.each(['nowhere/report.json', '.'])('refuses --json %s before anything starts', async (file) => {
    await expect(starting('--json', file)).rejects.toThrow(LaunchError);
    expect(readdirSync(root)).toEqual([]);
  });

  it('refuses a folder that another run holds, and leaves it alone even with --fresh', async () => {
    const hold = await holdState(join(root, '.wattmesh'));
    await expect(starting('--fresh')).rejects.toThrow(/^Wattmesh runs already from this folder/);
    expect(readdirSync(join(root, '.wattmesh'))).toEqual(['running.json']);
    hold.release();
  });
});
