import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderPlaced } from '@wattmesh/events';
import type { BusRecord, OutgoingRecord } from '@wattmesh/platform';
import { KafkaBus } from '@wattmesh/platform/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type LocalKafka } from '../local/kafka/start-kafka.ts';
import { freePort } from '../local/ports.ts';

const KEYS = Array.from({ length: 12 }, (_, index) => `home-${index}`);
/** Longer than a consumer's session. */
const PAUSE_MS = 8000;
const PATIENCE_MS = 60_000;

/** Publishes numbered records, each key's in order, and every one until the broker has acknowledged it. */
class Publisher {
  readonly acknowledged = new Set<string>();
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(private readonly bus: KafkaBus) {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let sequence = 1; !this.#ending.signal.aborted; sequence += 1) {
      const records = KEYS.map((key): OutgoingRecord => ({
        topic: OrderPlaced.topic,
        key,
        value: String(sequence),
        headers: { ce_id: `${key} ${sequence}` },
      }));
      while (!(await this.#isTaken(records))) await sleep(100);
      for (const { headers } of records) this.acknowledged.add(headers['ce_id'] ?? '');
      await sleep(20);
    }
  }

  #isTaken(records: readonly OutgoingRecord[]): Promise<boolean> {
    return this.bus.publish(records).then(
      () => true,
      () => false,
    );
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the test waited for did not happen');
    await sleep(50);
  }
}

describe.skipIf(process.env['WATTMESH_TEST_KAFKA'] === undefined)('the bus, when the broker', () => {
  let folder: string;
  let port: number;
  let broker: LocalKafka;
  let bus: KafkaBus;
  let publisher: Publisher;
  const taken: BusRecord[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-broker-'));
    port = await freePort();
    broker = await startKafka({ folder, port });
    bus = new KafkaBus({ brokers: [broker.brokers], clientId: 'spec' });
    await bus.subscribe('taker', [OrderPlaced.topic], (batch) => Promise.resolve(void taken.push(...batch)));
    await bus.start();
    publisher = new Publisher(bus);
    await until(() => taken.length > 100);
  }, PATIENCE_MS);
  afterAll(async () => {
    await publisher.stop();
    await bus.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything acknowledged so far has come, each key's in order, and so does what is published from now on. */
  async function expectNothingLost(): Promise<void> {
    const ids = (): Set<string | undefined> => new Set(taken.map(({ headers }) => headers['ce_id']));
    const before = publisher.acknowledged.size;
    await until(() => publisher.acknowledged.size > before + 100);
    const acknowledged = [...publisher.acknowledged];
    await until(() => acknowledged.every((id) => ids().has(id)));
    for (const ofKey of Map.groupBy(taken, ({ key }) => key).values()) {
      const fresh = [...new Set(ofKey.map(({ value }) => Number(value)))];
      expect(fresh).toEqual(Array.from(fresh, (_, index) => index + 1));
    }
  }

  it('is killed and comes back: nothing acknowledged is lost, and each key keeps its order', async () => {
    process.kill(broker.pid, 'SIGKILL');
    await broker.ended;
    await sleep(1000);
    broker = await startKafka({ folder, port });
    await expectNothingLost();
  }, 120_000);

  it('is paused beyond the session of its consumers: they join again and go on', async () => {
    process.kill(broker.pid, 'SIGSTOP');
    await sleep(PAUSE_MS);
    process.kill(broker.pid, 'SIGCONT');
    await expectNothingLost();
    expect(bus.isReady()).toBe(true);
  }, 120_000);
});
