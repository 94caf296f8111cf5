import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringKafkaJars, findKafkaJars, kafkaVersion } from './bring-kafka-jars.ts';

/** Says in a file that it was asked, then copies two jars, or fails with the words it was given. */
const FAKE_MAVEN = `
const { appendFileSync, writeFileSync } = require('node:fs');
const folder = process.argv.find((word) => word.startsWith('-DoutputDirectory=')).slice(18);
appendFileSync(process.env.FAKE_MAVEN_CALLS, 'x');
if (process.env.FAKE_MAVEN_ERROR) { console.log(process.env.FAKE_MAVEN_ERROR); process.exit(1); }
writeFileSync(folder + '/kafka.jar', 'kafka'.repeat(1000));
writeFileSync(folder + '/clients.jar', 'clients'.repeat(1000));
`;

describe('the jars of Kafka', () => {
  let folder = '';
  let cache = '';
  let options: { cache: string; maven: string[] };
  const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').length : 0);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-jars-'));
    cache = join(folder, 'cache');
    writeFileSync(join(folder, 'maven.cjs'), FAKE_MAVEN);
    options = { cache, maven: [process.execPath, join(folder, 'maven.cjs')] };
    process.env['FAKE_MAVEN_CALLS'] = join(folder, 'calls');
  });
  afterEach(() => {
    delete process.env['FAKE_MAVEN_CALLS'];
    delete process.env['FAKE_MAVEN_ERROR'];
    rmSync(folder, { recursive: true, force: true });
  });

  it('are fetched once, in a folder named after the version', async () => {
    const lines: string[] = [];
    const brought = await bringKafkaJars({ ...options, onProgress: (line) => lines.push(line) });
    expect(brought.folder).toContain(`kafka-${kafkaVersion()}-`);
    expect(brought.jars.map(({ name }) => name)).toEqual(['clients.jar', 'kafka.jar']);
    expect(await bringKafkaJars(options)).toEqual(brought);
    expect(calls()).toBe(1);
    expect(lines).toEqual([`fetching Apache Kafka ${kafkaVersion()} with Maven, once`]);
  });

  it.each<[string, (jars: string) => void]>([
    ['is missing', (jars) => rmSync(join(jars, 'kafka.jar'))],
    ['is cut off', (jars) => truncateSync(join(jars, 'kafka.jar'), 100)],
    ['has other bytes', (jars) => writeFileSync(join(jars, 'kafka.jar'), 'wrong'.repeat(1000))],
    ['came without its manifest', (jars) => rmSync(join(jars, 'manifest.json'))],
  ])('are fetched again where one %s', async (_, damage) => {
    const brought = await bringKafkaJars(options);
    damage(brought.folder);
    expect(findKafkaJars(options)).toBeUndefined();
    expect(await bringKafkaJars(options)).toEqual(brought);
    expect(calls()).toBe(2);
  });

  it('are whole for each of several that bring them at a time, and no draft is left', async () => {
    const brought = await Promise.all([1, 2, 3].map(() => bringKafkaJars(options)));
    expect(new Set(brought.map(({ folder }) => folder)).size).toBe(1);
    expect(readdirSync(cache)).toHaveLength(1);
    expect(findKafkaJars(options)).toBeDefined();
  });

  it.each([
    ['Cannot access central in offline mode', 'go online once'],
    ['Could not transfer artifact org.apache.kafka: Connection refused', 'check the network'],
    ['Could not find artifact org.apache.kafka:kafka_2.13:jar', 'mirrors'],
    ['Could not copy: No space left on device', 'free 200 MB'],
    ['The JAVA_HOME environment variable is not defined correctly', 'set JAVA_HOME'],
    ['something new\n[ERROR] of which nobody knows', 'Maven failed: of which nobody knows'],
  ])('that cannot be had are told of in one line: %s', async (printed, advice) => {
    process.env['FAKE_MAVEN_ERROR'] = printed;
    const failed = await bringKafkaJars(options).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'LaunchError', message: expect.stringContaining(advice) });
    expect((failed as Error).message).not.toContain('\n');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('that cannot be kept are told of with the folder', async () => {
    appendFileSync(cache, 'a file');
    await expect(bringKafkaJars(options)).rejects.toMatchObject({
      name: 'LaunchError',
      message: expect.stringContaining(`cannot be kept in ${cache} (EEXIST)`),
    });
  });
});
