import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Effects, RealEffects, type OutgoingRecord } from '@wattmesh/platform';
import { LogStore } from './log.store.ts';
import { StoreCorruptError } from './store.errors.ts';

const record = (index: number): OutgoingRecord => ({
  topic: 'gateway.reading-taken.v1',
  key: 'home-1-meter',
  value: `{"n":${index}}`,
  headers: { ce_id: `${index}` },
});
const values = (store: LogStore): string[] =>
  store.unpublished(1_000).map((stored) => stored.record.headers['ce_id'] ?? '');

let folder: string;
const stores: LogStore[] = [];

function open(effects: Effects = new RealEffects(), segmentBytes = 1 << 20): LogStore {
  const store = new LogStore({ folder, effects, segmentBytes });
  stores.push(store);
  return store;
}
/** Publishes the oldest records. */
function publish(store: LogStore, limit: number): void {
  const departure = store.depart(limit);
  if (departure !== undefined) store.acknowledge(departure);
}
const logFile = (): string => join(folder, readdirSync(folder).find((name) => name.startsWith('log-')) ?? '');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-store-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('log of a site', () => {
  it('finds everything again that was appended, without a goodbye', async () => {
    const store = open();
    await store.append({ set: { 'meter/a': { epoch: 1 }, 'meter/b': 2 }, out: [record(1), record(2)] });
    await store.append({ set: { 'meter/b': null }, out: [record(3)], isUrgent: false });
    publish(store, 1);
    const again = open();
    expect(again.get('meter/a')).toEqual({ epoch: 1 });
    expect(again.entries('meter/')).toEqual([['a', { epoch: 1 }]]);
    expect(values(again)).toEqual(['2', '3']);
  });

  it('publishes again rather than not at all when the cursor is lost or torn', async () => {
    const store = open();
    await store.append({ out: [record(1), record(2)] });
    publish(store, 1);
    const cursor = join(folder, readdirSync(folder).find((name) => name.startsWith('cursor-')) ?? '');
    writeFileSync(cursor, 'xx 00');
    expect(values(open())).toEqual(['1', '2']);
  });

  it('never uses a position twice, even after everything was published and compacted', async () => {
    const store = open();
    await store.append({ out: [record(1)] });
    publish(store, 1);
    const again = open();
    await again.append({ out: [record(2)] });
    expect(again.unpublished(1)[0]?.position).toBe(1);
  });

  it('tolerates a last line torn anywhere', async () => {
    const first = open();
    await first.append({ set: { kept: 1 }, out: [record(1)] });
    const whole = statSync(logFile()).size;
    await first.append({ set: { kept: 2 }, out: [record(2)] });
    const bytes = readFileSync(logFile());
    const name = logFile();
    for (let size = whole; size < bytes.length; size += 7) {
      for (const old of readdirSync(folder)) rmSync(join(folder, old));
      writeFileSync(name, bytes.subarray(0, size));
      const torn = open();
      expect(torn.get('kept')).toBe(1);
      expect(values(torn)).toEqual(['1']);
    }
  });

  it('goes on after a torn last line as if it had never been', async () => {
    const store = open();
    await store.append({ set: { kept: 1 } });
    appendFileSync(logFile(), '00000000 {"set":{"ke');
    const again = open();
    await again.append({ set: { more: 2 } });
    const third = open();
    expect([third.get('kept'), third.get('more')]).toEqual([1, 2]);
  });

  it('names the file and line of damage in the middle', async () => {
    const store = open();
    await store.append({ set: { kept: 1 } });
    await store.append({ set: { kept: 2 } });
    const text = readFileSync(logFile(), 'utf8').replace('"kept":1', '"kept":7');
    writeFileSync(logFile(), text);
    expect(() => open()).toThrow(StoreCorruptError);
    expect(() => open()).toThrow(/log-1\.jsonl: line 2/);
  });

  it('keeps its size bounded by what still matters', async () => {
    const store = open(new RealEffects(), 4_000);
    for (let index = 0; index < 500; index += 1) {
      await store.append({ set: { last: index }, out: [record(index)], isUrgent: false });
      publish(store, 1);
    }
    expect(statSync(logFile()).size).toBeLessThan(5_000);
    expect(open().get('last')).toBe(499);
  });

  it('shields a new owner from what still runs of a killed one', async () => {
    const killed = open();
    await killed.append({ set: { owner: 'old' } });
    const owner = open();
    await owner.append({ set: { owner: 'new' } });
    await killed.append({ set: { owner: 'ghost' }, out: [record(9)] });
    const next = open();
    expect(next.get('owner')).toBe('new');
    expect(values(next)).toEqual([]);
  });

  it('reports a disk that refuses, and keeps nothing of the change', async () => {
    const store = open();
    await store.close();
    await expect(store.append({ set: { lost: 1 } })).rejects.toMatchObject({
      code: 'GATEWAY_STORE_WRITE_FAILED',
      retriable: true,
    });
    expect(store.get('lost')).toBeUndefined();
  });

  it('is never left without a readable log when it dies while compacting', async () => {
    const store = open();
    await store.append({ set: { kept: 1 } });
    const name = logFile();
    writeFileSync(name.replace('log-1', 'log-2').concat('.new'), 'half a snapsh');
    expect(open().get('kept')).toBe(1);
  });
});
