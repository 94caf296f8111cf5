import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

describe('a service started by itself', () => {
  beforeAll(() => {
    const tsc = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    spawnSync(process.execPath, [tsc, '-b', join(ROOT, 'services', 'gateway')]);
  }, 120_000);

  it('names every variable that it lacks in one line and ends with 2', () => {
    const main = join(ROOT, 'services', 'gateway', 'dist', 'main.js');
    const env = { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'silent' };
    const done = spawnSync(process.execPath, [main], { env, encoding: 'utf8', timeout: 20_000 });
    expect(done.stderr).toMatch(
      /^gateway: set these environment variables right .*GATEWAY_KEY_SEED.*GATEWAY_DISPATCHER_KEY.*\n$/,
    );
    expect(done.status).toBe(2);
  });

  it('ends when it is told to, though something in it would go on for ever', async () => {
    const script = `
      import { Module } from '@nestjs/common';
      import { bootstrap } from '@wattmesh/platform';
      class AppModule {}
      Module({})(AppModule);
      setInterval(() => undefined, 1000);
      await bootstrap(AppModule, 'lingerer');
      process.stdout.write('up');`;
    const cwd = join(ROOT, 'services', 'gateway');
    const env = { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'silent' };
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd, env });
    await once(child.stdout, 'data');
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
