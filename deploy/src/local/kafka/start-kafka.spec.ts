import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../ports.ts';
import { answersKafka } from './answers-kafka.ts';
import { brokerHolding, waitUntilUnheld } from './broker-lock.ts';
import { startKafka, type LocalKafka } from './start-kafka.ts';

const clientOf = (broker: string, retries = 5) =>
  new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries } });

async function withAdmin<T>(broker: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(broker).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}

async function createTopic(broker: string, topic: string): Promise<void> {
  const topics = [{ topic, numPartitions: 1 }];
  await withAdmin(broker, (admin) => admin.createTopics({ topics, waitForLeaders: true }));
}

async function withProducer<T>(broker: string, use: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = clientOf(broker, 0).producer();
  await producer.connect();
  try {
    return await use(producer);
  } finally {
    await producer.disconnect();
  }
}

/** Sends numbers one by one until told or cut off; answers those that the broker acknowledged. */
function sendNumbers(broker: string, topic: string, mayGoOn: (sent: number) => boolean): Promise<string[]> {
  return withProducer(broker, async (producer) => {
    const acknowledged: string[] = [];
    try {
      for (let next = 0; mayGoOn(next); next += 1) {
        await producer.send({ topic, acks: -1, messages: [{ key: 'meter-1', value: String(next) }] });
        acknowledged.push(String(next));
      }
    } catch {
      // The broker was killed meanwhile: what it did not acknowledge does not count.
    }
    return acknowledged;
  });
}

/** The first records of a topic. */
async function readFirst(broker: string, topic: string, count: number): Promise<string[]> {
  const values: string[] = [];
  const consumer = clientOf(broker).consumer({ groupId: `reader-of-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve) => {
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length === count) resolve();
    };
    void consumer.run({ eachMessage });
  });
  await consumer.disconnect();
  return values.slice(0, count);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilEnded(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

describe.skipIf(process.env['WATTMESH_TEST_KAFKA'] === undefined)('a local Kafka', () => {
  let folder = '';
  let port = 0;
  let kafka: LocalKafka;
  const start = async () => (kafka = await startKafka({ folder: join(folder, 'kafka'), port }));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-kafka-'));
    port = await freePort();
    await start();
  });
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers at the address that the test run was given', async () => {
    expect(await answersKafka(process.env['WATTMESH_TEST_KAFKA'] ?? '')).toBe(true);
  });

  it('refuses a message of 2 MB', async () => {
    await createTopic(kafka.brokers, 'large.v1');
    const send = withProducer(kafka.brokers, (producer) =>
      producer.send({ topic: 'large.v1', messages: [{ value: 'x'.repeat(2_000_000) }] }),
    );
    await expect(send).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
  });

  it('keeps everything over a stop and a start, and leaves no process', async () => {
    await createTopic(kafka.brokers, 'kept.v1');
    const sent = await sendNumbers(kafka.brokers, 'kept.v1', (count) => count < 20);
    expect(await sendNumbers(kafka.brokers, 'typo.v1', () => true)).toEqual([]);
    const { pid, ended } = kafka;
    await kafka.stop();
    expect(await ended).toBe(143);
    expect(isRunning(pid)).toBe(false);
    await start();
    const topics = await withAdmin(kafka.brokers, (admin) => admin.listTopics());
    expect(topics).toContain('kept.v1');
    expect(topics, 'made because somebody sent to it').not.toContain('typo.v1');
    expect(sent).toHaveLength(20);
    expect(await readFirst(kafka.brokers, 'kept.v1', 20)).toEqual(sent);
  });

  it('loses nothing that it acknowledged when it is killed', async () => {
    await createTopic(kafka.brokers, 'killed.v1');
    const sent = await sendNumbers(kafka.brokers, 'killed.v1', (count) => {
      if (count === 200) setImmediate(() => process.kill(kafka.pid, 'SIGKILL'));
      return true;
    });
    expect(sent.length).toBeGreaterThanOrEqual(200);
    expect(await kafka.ended).toBeNull();
    await start();
    expect(await readFirst(kafka.brokers, 'killed.v1', sent.length)).toEqual(sent);
  });

  it('waits for the broker of an earlier run that still ends in its folder', async () => {
    const earlier = kafka;
    process.kill(earlier.pid, 'SIGSTOP');
    process.kill(earlier.pid, 'SIGTERM');
    const starting = start();
    expect(await Promise.race([starting, sleep(500, 'waits')])).toBe('waits');
    process.kill(earlier.pid, 'SIGCONT');
    await starting;
    expect(isRunning(earlier.pid)).toBe(false);
    expect(kafka.pid).not.toBe(earlier.pid);
  });

  it('does not start beside a broker that goes on in its folder', async () => {
    const data = join(folder, 'kafka', 'data');
    expect(brokerHolding(data)).toBe(String(kafka.pid));
    await expect(waitUntilUnheld(data, 0)).rejects.toThrow(`(process ${kafka.pid}) runs already`);
  });

  it('names a taken port and what to do about it', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const taken = (holder.address() as { port: number }).port;
    await expect(startKafka({ folder: join(folder, 'other'), port: taken })).rejects.toMatchObject({
      name: 'LaunchError',
      message: expect.stringMatching(/Kafka\) is taken: .*--kafka HOST:PORT/),
    });
    await new Promise((resolve) => holder.close(resolve));
    expect(existsSync(join(folder, 'other'))).toBe(false);
  });

  it('leaves a folder alone that a newer Kafka wrote', async () => {
    const newer = join(folder, 'newer');
    mkdirSync(newer);
    writeFileSync(join(newer, 'version'), '10.0.0\n');
    await expect(startKafka({ folder: newer, port: await freePort() })).rejects.toThrow(
      /Kafka 10\.0\.0 wrote .*--fresh/,
    );
    expect(readdirSync(newer)).not.toContain('data');
  });

  it('says why it does not start', async () => {
    const folderOfOther = join(folder, 'strange');
    mkdirSync(join(folderOfOther, 'data'), { recursive: true });
    writeFileSync(join(folderOfOther, 'data', 'meta.properties'), 'version=1\nnode.id=7\ncluster.id=strange\n');
    await expect(startKafka({ folder: folderOfOther, port: await freePort() })).rejects.toThrow(
      /^Kafka did not start: .*node id.*; its log is in /,
    );
  });

  it('ends with the process that started it, however that ends', async () => {
    const script = `
      const { startKafka } = await import(${JSON.stringify(join(import.meta.dirname, 'start-kafka.ts'))});
      const kafka = await startKafka(${JSON.stringify({ folder: join(folder, 'child'), port: await freePort() })});
      process.stdout.write(String(kafka.pid));`;
    const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await untilEnded(pid);
  });
});
