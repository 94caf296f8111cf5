import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryArchive } from '../bus/memory-archive.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import type { ConsumedEvent, DeadLetter } from './consumer-store.ts';
import { MemoryConsumerStore } from './memory-consumer.store.ts';

const anEvent = (sequence: number, over: Partial<ConsumedEvent> = {}, key = 'a'): ConsumedEvent => ({
  id: `${key}-${sequence}`,
  sequence,
  record: { topic: 'scribe.note-taken.v1', partition: 0, offset: sequence, key, value: '{}', headers: {} },
  payload: { sequence },
  isCompacted: false,
  ...over,
});
const aRow = (sequence: number, key = 'a'): ConsumedEvent => anEvent(sequence, { isCompacted: true }, key);
const aLetter = (event: ConsumedEvent, over: Partial<DeadLetter> = {}): DeadLetter => {
  const { id, sequence, record, isCompacted } = event;
  return {
    id,
    sequence,
    record,
    isCompacted,
    reason: 'bad',
    code: 'BAD',
    attempts: 1,
    parksKey: false,
    isSound: true,
    ...over,
  };
};

describe('the memory of a service without a database', () => {
  let store: MemoryConsumerStore;
  let archive: MemoryArchive;
  beforeEach(async () => {
    archive = new MemoryArchive();
    const bus = new MemoryBus({ archive });
    await bus.start();
    store = new MemoryConsumerStore(bus, 4);
  });

  async function take(...events: ConsumedEvent[]) {
    const applied: (number | undefined)[] = [];
    const outcome = await store.apply('reader', events, (fresh) => {
      applied.push(...fresh.map(({ sequence }) => sequence));
      return Promise.resolve();
    });
    const breaks = outcome.breaks.map(({ kind, expected, found }) => `${kind} ${expected} ${found}`);
    return { applied, breaks, stale: outcome.stale.length };
  }

  it('takes what it sees first for the baseline, as after a restart, and sees gaps and disorder from there', async () => {
    expect(await take(anEvent(41), anEvent(42))).toEqual({ applied: [41, 42], breaks: [], stale: 0 });
    expect(await take(anEvent(42), anEvent(44))).toEqual({ applied: [44], breaks: ['gap 43 44'], stale: 0 });
    expect(await take(anEvent(43), anEvent(45))).toEqual({ applied: [43, 45], breaks: ['disorder 45 43'], stale: 0 });
  });

  it('lets no older row of a table replace a newer one, once or again', async () => {
    expect(await take(aRow(10))).toEqual({ applied: [10], breaks: [], stale: 0 });
    expect(await take(aRow(8), aRow(9), aRow(10), aRow(11))).toEqual({ applied: [11], breaks: [], stale: 2 });
    expect(await take(aRow(8))).toEqual({ applied: [], breaks: [], stale: 0 });
    expect(await take(aRow(30))).toEqual({ applied: [30], breaks: [], stale: 0 });
  });

  it('remembers nothing of a batch that failed', async () => {
    await take(anEvent(1));
    const failing = store.apply('reader', [anEvent(2)], () => Promise.reject(new Error('ink away')));
    await expect(failing).rejects.toThrow('ink away');
    expect(await take(anEvent(2), anEvent(3))).toEqual({ applied: [2, 3], breaks: [], stale: 0 });
  });

  it('counts a dead letter as taken', async () => {
    await take(anEvent(1));
    expect(await store.deadLetter('reader', [aLetter(anEvent(2)), aLetter(anEvent(4))])).toMatchObject([
      { kind: 'gap', expected: 3, found: 4 },
    ]);
    expect(await take(anEvent(5))).toEqual({ applied: [5], breaks: [], stale: 0 });
    expect(archive.records).toHaveLength(2);
  });

  it('forgets the key that was quiet for longest, which then begins anew', async () => {
    for (const key of ['a', 'b', 'c', 'd']) await take(anEvent(1, {}, key));
    await take(anEvent(2, {}, 'a'), anEvent(1, {}, 'e'));
    expect((await take(anEvent(9, {}, 'b'))).breaks).toEqual([]);
    expect((await take(anEvent(9, {}, 'a'))).breaks).toEqual(['gap 3 9']);
  });
});
