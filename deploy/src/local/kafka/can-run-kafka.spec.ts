import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringKafkaJars } from './bring-kafka-jars.ts';
import { canRunKafka } from './can-run-kafka.ts';

const FAKE_MAVEN = `#!/bin/sh
for word in "$@"; do case "$word" in -DoutputDirectory=*) echo jar > "\${word#*=}/kafka.jar";; esac; done
`;

describe('whether this machine can run Kafka', () => {
  let folder = '';
  const install = (name: string, script: string) => {
    writeFileSync(join(folder, 'bin', name), script);
    chmodSync(join(folder, 'bin', name), 0o755);
  };
  const ask = () => canRunKafka({ cache: join(folder, 'cache') }, { PATH: join(folder, 'bin') });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-can-'));
    mkdirSync(join(folder, 'bin'));
    install('java', `#!/bin/sh\necho 'openjdk version "21.0.4"' >&2\n`);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('needs Java', async () => {
    rmSync(join(folder, 'bin', 'java'));
    expect(await ask()).toEqual({
      canRun: false,
      reason: expect.stringMatching(/^Java 17 or newer is not on the PATH/),
    });
  });

  it('needs Maven until the jars are fetched', async () => {
    expect(await ask()).toEqual({ canRun: false, reason: expect.stringMatching(/^Maven is not on the PATH/) });
    install('mvn', FAKE_MAVEN);
    expect(await ask()).toEqual({ canRun: true });
    await bringKafkaJars({ cache: join(folder, 'cache'), maven: [join(folder, 'bin', 'mvn')] });
    rmSync(join(folder, 'bin', 'mvn'));
    expect(await ask()).toEqual({ canRun: true });
  });
});
