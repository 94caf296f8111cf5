import { OrderPlaced } from '@wattmesh/events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutgoingRecord } from '../bus/bus.ts';
import { KafkaProducerLink } from './kafka-producer.link.ts';
import { scriptedKafka, type ScriptedProducer } from './testing/scripted-kafka.ts';
import { TopicsLink } from './topics.link.ts';

const { topic } = OrderPlaced;
const record = (key: string): OutgoingRecord => ({ topic, key, value: '{}', headers: {} });
const passed = (wallMs = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(wallMs);

describe('a producer', () => {
  const begin = (prepare?: (made: ScriptedProducer) => void) => {
    const { kafka, producers, looks } = scriptedKafka([topic], undefined, prepare);
    return { link: new KafkaProducerLink(kafka, new TopicsLink(kafka)), producers, looks };
  };
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('rejects everything that waits where a send fails, and then sends what was published since by another client', async () => {
    let end: () => void = () => undefined;
    const { link, producers } = begin((made) => {
      if (producers.length > 0) return;
      made.send = () => Promise.reject(new Error('planned failure'));
      made.ended = new Promise((resolve) => (end = resolve));
    });
    const failed = [link.publish([record('a')]), link.publish([record('b')])];
    await Promise.all(failed.map((publish) => expect(publish).rejects.toThrow('planned failure')));
    const since = link.publish([record('c')]);
    end();
    await passed();
    await since;
    expect(producers.map(({ sent }) => sent)).toEqual([[], ['c']]);
  });

  it('makes sure of its topics again after a failure alone', async () => {
    const { link, looks } = begin((made) => (made.send = () => sends.shift()?.() ?? Promise.resolve()));
    const sends = [() => Promise.resolve(), () => Promise.reject(new Error('planned failure'))];
    await link.publish([record('a')]);
    await link.publish([record('b')]).catch(() => undefined);
    expect(looks).toHaveLength(1);
    await passed();
    await link.publish([record('b')]);
    await link.publish([record('c')]);
    expect(looks).toHaveLength(2);
  });

  it('goes on where a broken client does not end', async () => {
    const { link, producers } = begin((made) => {
      if (producers.length > 0) return;
      made.send = () => Promise.reject(new Error('planned failure'));
      made.ended = new Promise(() => {});
    });
    await expect(link.publish([record('a')])).rejects.toThrow('planned failure');
    const since = link.publish([record('a')]);
    await passed(10_000);
    await since;
    expect(producers[1]?.sent).toEqual(['a']);
  });

  it('stops in time though the broker lets it wait, and sends nothing afterwards', async () => {
    let connect: () => void = () => undefined;
    const { link, producers } = begin((made) => (made.connected = new Promise((resolve) => (connect = resolve))));
    const publish = link.publish([record('a')]);
    const told = publish.catch((error: unknown) => error);
    await passed();
    const stopped = link.stop(5000);
    await passed(5000);
    await stopped;
    await expect(told).resolves.toMatchObject({ code: 'PLATFORM_BUS_STOPPED' });
    connect();
    await passed();
    expect(producers.map(({ sent }) => sent)).toEqual([[]]);
    expect(producers[0]?.disconnects).toBeGreaterThan(0);
  });

  it('keeps the order of 20,000 publishes that wait, looking at each once', async () => {
    const { link, producers } = begin();
    const keys = Array.from({ length: 20_000 }, (_, index) => String(index));
    await Promise.all(keys.map((key) => link.publish([record(key)])));
    expect(producers[0]?.sent).toEqual(keys);
  });
});
