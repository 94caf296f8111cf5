import { OrderPlaced } from '@wattmesh/events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KafkaConsumerLink } from './kafka-consumer.link.ts';
import { scriptedKafka, type ScriptedConsumer } from './testing/scripted-kafka.ts';
import { TopicsLink } from './topics.link.ts';

const { topic } = OrderPlaced;
/** As many records as may wait before a partition pauses, and a few. */
const MANY = Array.from({ length: 2001 }, (_, offset) => offset);
const passed = (wallMs = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(wallMs);

describe('a consumer group in one process', () => {
  const links: KafkaConsumerLink[] = [];
  let settle: (isHandled: boolean) => void = () => undefined;
  const handle = (): Promise<void> =>
    new Promise((resolve, reject) => {
      settle = (isHandled) => (isHandled ? resolve() : reject(new Error('planned failure')));
    });
  const begin = async (prepare?: (made: ScriptedConsumer) => void) => {
    const { kafka, consumers, ends } = scriptedKafka([topic], prepare);
    const client = { kafka, topics: new TopicsLink(kafka), logger: undefined, replayFrom: undefined };
    const link = new KafkaConsumerLink(client, { group: 'spec', topics: [topic], handle });
    links.push(link);
    link.start();
    await passed();
    const newest = (): ScriptedConsumer => {
      const found = consumers.at(-1);
      if (found === undefined) throw new Error('no consumer was made');
      return found;
    };
    return { link, consumers, newest, ends };
  };
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(async () => {
    const stopped = Promise.all(links.splice(0).map((link) => link.stop()));
    await passed(60_000);
    await stopped;
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('outlives a client that gives up while a full partition is with the handler, and takes another', async () => {
    const { link, consumers, newest } = await begin();
    const [first] = consumers;
    first?.join({ [topic]: [0] });
    await first?.bring(topic, 0, MANY);
    first?.crash();
    expect(link.isJoined).toBe(false);
    for (let batch = 0; batch < 4; batch += 1) {
      settle(true);
      await passed();
    }
    await passed(1000);
    expect(consumers).toHaveLength(2);
    newest().join({ [topic]: [0] });
    expect(link.isJoined).toBe(true);
  });

  it('leaves a client behind that fetches nothing any more and does not end', async () => {
    const { consumers, newest, link } = await begin((made) => (made.ended = new Promise(() => {})));
    newest().join({ [topic]: [0] });
    await passed(90_000);
    expect(consumers.length).toBeGreaterThan(1);
    newest().join({ [topic]: [0] });
    expect(link.isJoined).toBe(true);
    await expect(consumers[0]?.bring(topic, 0, [0])).rejects.toThrow('has left its group');
    expect(consumers[0]?.resolved).toEqual([]);
    expect(() => consumers[0]?.join({ [topic]: [0] })).toThrow('has left its group');
  });

  it('keeps a client that fetches', async () => {
    const { consumers, newest } = await begin();
    newest().join({ [topic]: [0] });
    for (let look = 0; look < 30; look += 1) {
      newest().tell('FETCH');
      await passed(5000);
    }
    expect(consumers).toHaveLength(1);
  });

  it('replaces a client that fetches and leaves a partition out', async () => {
    const { consumers, newest, ends } = await begin();
    newest().join({ [topic]: [0] });
    const goOn = async (): Promise<void> => {
      for (let look = 0; look < 26; look += 1) {
        newest().tell('FETCH');
        await passed(5000);
      }
    };
    await goOn();
    expect(consumers).toHaveLength(1);
    ends.set(topic, 3);
    await goOn();
    expect(consumers).toHaveLength(2);
  });

  it('commits again what a broker did not take, though nothing comes after it', async () => {
    const { newest } = await begin((made) => (made.commitFailures = 2));
    newest().join({ [topic]: [0] });
    await newest().bring(topic, 0, [0, 1]);
    settle(true);
    await passed();
    expect(newest().commits).toEqual([]);
    await passed(3000);
    expect(newest().commits).toEqual([{ topic, partition: 0, offset: '2' }]);
  });

  it('commits nothing of a partition that went to another member', async () => {
    const { newest } = await begin();
    newest().join({ [topic]: [0, 1] });
    await newest().bring(topic, 0, [0, 1]);
    newest().tell('REBALANCING');
    newest().join({ [topic]: [1] });
    settle(true);
    await passed(3000);
    expect(newest().commits).toEqual([]);
  });

  it('begins anew where the client joined again while another broker was still being asked', async () => {
    const { link, consumers, newest } = await begin();
    const first = newest();
    first.join({ [topic]: [0] });
    for (const nodeId of [1, 2]) first.tell('FETCH_START', { nodeId });
    expect(() => first.join({ [topic]: [0] })).toThrow('beginning anew');
    await expect(first.bring(topic, 0, [20])).rejects.toThrow('has left its group');
    await passed(1000);
    expect(consumers).toHaveLength(2);
    newest().join({ [topic]: [0] });
    for (const nodeId of [1, 2]) newest().tell('FETCH_START', { nodeId });
    newest().tell('REBALANCING');
    newest().join({ [topic]: [0] });
    expect(link.isJoined).toBe(true);
  });

  it('stops though its handler never ends, and ends what connects only afterwards', async () => {
    let connect: () => void = () => undefined;
    const connecting = new Promise<void>((resolve) => (connect = resolve));
    const { link, consumers, newest } = await begin((made) => (made.connected = connecting));
    const stopped = link.stop();
    await passed(2000);
    await stopped;
    connect();
    await passed();
    expect(consumers).toHaveLength(1);
    expect(newest().disconnects).toBeGreaterThan(0);
    const held = await begin();
    held.newest().join({ [topic]: [0] });
    await held.newest().bring(topic, 0, [0]);
    const ended = held.link.stop();
    await passed(30_000);
    await ended;
    expect(held.newest().commits).toEqual([]);
  });

  it('counts a process that was paused for an hour as alive, and one whose handler hangs as dead', async () => {
    const { link, newest } = await begin();
    newest().join({ [topic]: [0] });
    await newest().bring(topic, 0, [0]);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_600_000);
    expect(link.isLive).toBe(true);
    for (let look = 0; look < 40; look += 1) {
      newest().tell('FETCH');
      await passed(5000);
    }
    expect(link.isLive).toBe(false);
  });
});
