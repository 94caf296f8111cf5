import { Injectable, Module } from '@nestjs/common';
import { OrderPlaced, SiteConfigured } from '@wattmesh/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeBus } from '../bus/bus-contract.ts';
import type { BusRecord, OutgoingRecord } from '../bus/bus.ts';
import { ScaledClock } from '../clock/clock.ts';
import { OnEvent } from '../consumer/on-event.ts';
import { createService, startService } from '../service/create-service.ts';
import { RealEffects } from '../service/effects.ts';
import { Metrics } from '../service/metrics.ts';
import { countDeadLetters, groupsBehind } from './brokers-at-rest.link.ts';
import { emptyKafka, emptyTopic } from './empty-kafka.ts';
import { KafkaBus, type KafkaBusOptions } from './kafka.bus.ts';
import { untilCommitted } from './until-committed.link.ts';

const broker = process.env['WATTMESH_TEST_KAFKA'];
const brokers = [broker ?? ''];
const PATIENCE_MS = 30_000;

@Injectable()
class Taker {
  readonly orders: OrderPlaced[] = [];

  @OnEvent(OrderPlaced)
  onOrders(orders: OrderPlaced[]): void {
    this.orders.push(...orders);
  }
}

@Module({ providers: [Taker] })
class TakerModule {}

function order(memberId: string, sequence: number): OutgoingRecord {
  const payload = {
    orderId: `00000000-0000-8000-8000-00000000000${sequence}`,
    communityId: 'village',
    memberId,
    side: 'bid',
    limitMicroPerKwh: 100_000,
    validFrom: '2026-07-06T00:00:00.000Z',
    mandateHash: `0x${'1'.repeat(64)}`,
    signature: `0x${'2'.repeat(130)}`,
  };
  return {
    topic: OrderPlaced.topic,
    key: memberId,
    value: JSON.stringify(payload),
    headers: { ce_id: `${memberId}-${sequence}`, ce_sequence: String(sequence), ce_time: '2026-07-06T00:00:00.000Z' },
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the test waited for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.skipIf(broker === undefined)('on a real Kafka', () => {
  describeBus('the Kafka bus', async () => {
    await emptyKafka(brokers);
    return new KafkaBus({ brokers, clientId: 'spec' });
  });

  describe('the Kafka bus', () => {
    const buses: KafkaBus[] = [];
    const open = (options: Partial<KafkaBusOptions> = {}): KafkaBus => {
      const bus = new KafkaBus({ brokers, clientId: 'spec', ...options });
      buses.push(bus);
      return bus;
    };
    const collect = async (bus: KafkaBus, group: string, topic: string): Promise<BusRecord[]> => {
      const records: BusRecord[] = [];
      await bus.subscribe(group, [topic], (batch) => Promise.resolve(void records.push(...batch)));
      await bus.start();
      return records;
    };
    beforeEach(() => emptyKafka(brokers));
    afterEach(async () => {
      for (const bus of buses.splice(0)) await bus.stop();
    });

    it('sends poison and unknown schemas to the dead letters with the reason, and goes on with the other keys', async () => {
      const bus = open();
      const clock = new ScaledClock({ wallMs: 0, simMs: 0, speed: 1 });
      const runtime = { name: 'taker', bus, clock, effects: new RealEffects(), env: {} };
      const app = await createService(TakerModule, runtime);
      const service = await startService(app);
      const dead = await collect(bus, 'mourner', `${OrderPlaced.topic}.taker.dlq`);
      await bus.publish([
        { ...order('poison', 1), value: '{"orderId":' },
        { ...order('poison', 2) },
        { ...order('unknown', 1), value: JSON.stringify({ kind: 'of another version' }) },
        { ...order('nameless', 1), headers: {} },
        order('home-1', 1),
      ]);
      await until(() => dead.length === 4 && app.get(Taker).orders.length === 1);
      await service.stop();
      clock.stop();
      expect(app.get(Taker).orders.map(({ memberId }) => memberId)).toEqual(['home-1']);
      const reasons = new Map(
        dead.map(({ key, headers }) => [`${key} ${headers['ce_sequence']}`, headers['dlq_code']]),
      );
      expect(Object.fromEntries(reasons)).toEqual({
        'poison 1': 'PLATFORM_EVENT_NOT_JSON',
        'poison 2': 'PLATFORM_KEY_PARKED',
        'unknown 1': 'PLATFORM_EVENT_INVALID',
        'nameless undefined': 'PLATFORM_EVENT_WITHOUT_ID',
      });
    });

    it('brings everything since a wall time again where a group is started with it', async () => {
      const before = open();
      const first = await collect(before, 'replayer', OrderPlaced.topic);
      await before.publish([order('home-1', 1)]);
      await until(() => first.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const replayFrom = new Date();
      await before.publish([order('home-1', 2), order('home-2', 1)]);
      await until(() => first.length === 3);
      await before.stop();
      const again = await collect(open({ replayFrom }), 'replayer', OrderPlaced.topic);
      await until(() => again.length === 2);
      expect(new Set(again.map(({ headers }) => headers['ce_id']))).toEqual(new Set(['home-1-2', 'home-2-1']));
      await expect(collect(open(), 'replayer', OrderPlaced.topic)).resolves.toEqual([]);
    });

    it('shows a process at its start the retained records of compacted topics again, marked, and of others only what is new', async () => {
      const before = open();
      const site = (n: number): OutgoingRecord => ({
        ...order('home-1', n),
        topic: SiteConfigured.topic,
        key: `site-${n}`,
      });
      const first = await collect(before, 'restarted', SiteConfigured.topic);
      await before.publish([site(1), site(2)]);
      await until(() => first.length === 2);
      expect(first.every(({ isReplayed }) => isReplayed === undefined)).toBe(true);
      await before.stop();
      const after = open();
      await after.publish([site(3)]);
      const again = await collect(after, 'restarted', SiteConfigured.topic);
      await until(() => again.length === 3);
      expect(new Map(again.map(({ key, isReplayed }) => [key, isReplayed ?? false]))).toEqual(
        new Map([
          ['site-1', true],
          ['site-2', true],
          ['site-3', false],
        ]),
      );
    });

    it('shares the partitions out between two processes, hands them over when one leaves, and loses and disorders nothing', async () => {
      const [one, two, publisher] = [open(), open(), open()];
      const taken = [
        await collect(one, 'sharing', OrderPlaced.topic),
        await collect(two, 'sharing', OrderPlaced.topic),
      ];
      const all = (): BusRecord[] => taken.flat();
      const keys = Array.from({ length: 24 }, (_, index) => `home-${index}`);
      await until(() => one.isReady() && two.isReady());
      for (let sequence = 1; sequence <= 9; sequence += 1) {
        await publisher.publish(keys.map((key) => order(key, sequence)));
        if (sequence === 4) await until(() => taken.every((records) => records.length > 0));
        if (sequence === 6) await one.stop();
      }
      await until(() => new Set(all().map(({ headers }) => headers['ce_id'])).size === 24 * 9);
      for (const ofOne of taken) {
        for (const ofKey of Map.groupBy(ofOne, ({ key }) => key).values()) {
          const fresh = [...new Set(ofKey.map(({ headers }) => Number(headers['ce_sequence'])))];
          expect(fresh).toEqual(fresh.toSorted((a, b) => a - b));
        }
      }
    });

    it('goes on with a partition that was full when the partitions were shared out anew', async () => {
      const [one, two] = [open(), open()];
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const taken = new Set<string>();
      await one.subscribe('full', [OrderPlaced.topic], async (batch) => {
        await held;
        for (const { headers } of batch) taken.add(headers['ce_id'] ?? '');
      });
      await one.publish(Array.from({ length: 2600 }, (_, index) => order('home-1', index + 1)));
      await one.start();
      await until(() => one.lag()[0]?.records === 2600);
      await two.subscribe('full', [OrderPlaced.topic], () => Promise.reject(new Error('planned failure')));
      await two.start();
      await until(() => one.isReady() && two.isReady());
      await two.stop();
      release();
      await one.publish([order('home-1', 2601)]);
      await until(() => taken.size === 2601);
    });

    it('counts what a group has not handled, and shows it in the metrics', async () => {
      const metrics = new Metrics();
      const bus = open({ metrics });
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      await bus.subscribe('slow', [OrderPlaced.topic], () => held);
      await bus.start();
      await bus.publish([order('home-1', 1), order('home-1', 2)]);
      const lag = (): number | undefined => bus.lag()[0]?.records;
      await until(() => lag() === 2);
      await expect(metrics.registry.metrics()).resolves.toContain(
        `wattmesh_consumer_lag_records{group="slow",topic="${OrderPlaced.topic}"} 2`,
      );
      release();
      await until(() => lag() === 0);
    });

    it('tells when a group has committed all that a topic held, and what is left where it does not', async () => {
      const bus = open();
      await bus.publish([order('home-1', 1), order('home-2', 1)]);
      const of = { group: 'archivist', topics: [OrderPlaced.topic, 'market.mandate-signed.v1'] };
      await expect(untilCommitted(brokers, of, 0)).resolves.toBe(2);
      const waiting = untilCommitted(brokers, of, PATIENCE_MS);
      await collect(bus, 'archivist', OrderPlaced.topic);
      await expect(waiting).resolves.toBe(0);
      await emptyTopic(brokers, OrderPlaced.topic);
      await expect(untilCommitted(brokers, { ...of, group: 'latecomer' }, 0)).resolves.toBe(0);
    });

    it('tells which groups are behind, for which nobody consumes, and how many dead letters there are', async () => {
      const bus = open();
      await expect(groupsBehind(brokers, 0)).resolves.toEqual([]);
      await bus.publish([order('home-1', 1), { ...order('home-1', 2), topic: `${OrderPlaced.topic}.taker.dlq` }]);
      const taken = await collect(bus, 'prompt', OrderPlaced.topic);
      await bus.subscribe('stuck', [OrderPlaced.topic], () => Promise.reject(new Error('planned failure')));
      const left = open();
      await collect(left, 'left', OrderPlaced.topic);
      await until(() => taken.length === 1 && bus.isReady() && left.isReady());
      await left.stop();
      const behind = await groupsBehind(brokers, 2000);
      expect(new Map(behind.map(({ group, members }) => [group, members]))).toEqual(
        new Map([
          ['left', 0],
          ['stuck', 1],
        ]),
      );
      expect(behind.find(({ group }) => group === 'stuck')?.records).toBe(1);
      await expect(countDeadLetters(brokers)).resolves.toBe(1);
    });

    it('creates topics once though several processes do so at the same moment', async () => {
      const several = [open(), open(), open()];
      await Promise.all(several.map((bus, index) => bus.publish([order(`home-${index}`, 1)])));
      const taken = await collect(open(), 'counter', OrderPlaced.topic);
      await until(() => taken.length === 3);
    });
  });
});
