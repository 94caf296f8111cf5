import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holderOf, holdState, tryHoldState } from './state-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the state folder', () => {
  it('is held by one of many that ask at once, and free again when released', async () => {
    const held = (await Promise.all([1, 2, 3].map(() => tryHoldState(folder)))).filter((hold) => hold !== undefined);
    expect(held).toHaveLength(1);
    await expect(holdState(folder)).rejects.toThrow(
      `Wattmesh runs already from this folder (process ${process.pid}): end it first`,
    );
    held[0]?.release();
    (await holdState(folder)).release();
  });

  it('is free after a kill, whatever the killed process left and whoever has its id now', async () => {
    for (const text of [JSON.stringify({ pid: process.ppid }), '', 'not JSON']) {
      writeFileSync(join(folder, 'running.json'), text);
      (await holdState(folder)).release();
    }
  });

  it('says where the servers of its holder answer', async () => {
    const hold = await holdState(folder);
    hold.announce({ databaseUrl: 'postgres://a', chainUrl: 'http://b' });
    expect(holderOf(folder)).toEqual({ pid: process.pid, databaseUrl: 'postgres://a', chainUrl: 'http://b' });
    hold.release();
    expect(holderOf(folder)).toBeUndefined();
  });

  it('says who runs, anew at each change, and nothing once it is released', async () => {
    const hold = await holdState(folder);
    hold.announce({ databaseUrl: 'postgres://a' });
    hold.announce({ processes: { market: 12 } });
    hold.announce({ processes: { market: 13 } });
    expect(holderOf(folder)).toEqual({ pid: process.pid, databaseUrl: 'postgres://a', processes: { market: 13 } });
    hold.release();
    hold.announce({ processes: { market: 14 } });
    expect(holderOf(folder)).toBeUndefined();
  });
});
