import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJava } from './find-java.ts';

describe('the Java that runs Kafka', () => {
  let folder = '';
  const bin = (name: string) => join(folder, name, 'bin');
  const home = (name: string) => join(folder, name);

  function install(name: string, version: string): void {
    mkdirSync(bin(name), { recursive: true });
    writeFileSync(join(bin(name), 'java'), `#!/bin/sh\necho 'openjdk version "${version}" 2025-04-15' >&2\n`);
    chmodSync(join(bin(name), 'java'), 0o755);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-java-'));
    install('eight', '1.8.0_402');
    install('seventeen', '17.0.15');
    install('next', '25');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is found on the PATH', async () => {
    const java = await findJava({ PATH: `/nowhere:${bin('seventeen')}` });
    expect(java).toEqual({ command: join(bin('seventeen'), 'java'), version: expect.stringContaining('17.0.15') });
  });

  it('is that of JAVA_HOME first', async () => {
    const java = await findJava({ JAVA_HOME: home('next'), PATH: bin('seventeen') });
    expect(java.command).toBe(join(bin('next'), 'java'));
  });

  it('is that of the PATH where JAVA_HOME is too old or leads nowhere', async () => {
    for (const name of ['eight', 'nowhere']) {
      const java = await findJava({ JAVA_HOME: home(name), PATH: bin('seventeen') });
      expect(java.command).toBe(join(bin('seventeen'), 'java'));
    }
  });

  it('is asked for in one line where there is none', async () => {
    await expect(findJava({ PATH: '/nowhere' })).rejects.toMatchObject({
      name: 'LaunchError',
      message: expect.stringMatching(/^Java 17 or newer is not on the PATH: install .*--bus memory.*--kafka HOST:PORT/),
    });
  });

  it('is asked for with the one that is too old', async () => {
    await expect(findJava({ PATH: bin('eight') })).rejects.toThrow(`(Java 8 is, at ${join(bin('eight'), 'java')})`);
  });
});
