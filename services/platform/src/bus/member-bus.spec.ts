import { describe, expect, it } from 'vitest';
import { MemberBus } from './member.bus.ts';
import { MemoryBus } from './memory-bus.ts';

const TOPIC = 'maker.thing-made.v1';
const KEYS = Array.from({ length: 20 }, (_, n) => `key-${n}`);
const records = KEYS.map((key) => ({ topic: TOPIC, key, value: '{}', headers: {} }));

describe('members of a group', () => {
  it('share the records out by key, and who stays gets all', async () => {
    const bus = new MemoryBus();
    const members = MemberBus.around(bus, 2);
    const seen: string[][] = [[], []];
    for (const [number, member] of members.entries()) {
      await member.subscribe('takers', [TOPIC], (batch) => {
        seen[number]!.push(...batch.map(({ key }) => key));
        return Promise.resolve();
      });
    }
    await bus.start();
    await members[0]!.publish(records);
    expect(seen.every((keys) => keys.length > 0)).toBe(true);
    expect(seen.flat().toSorted()).toEqual(KEYS.toSorted());
    const [first] = seen.map((keys) => keys.length);
    await members[0]!.unsubscribe('takers');
    await members[1]!.publish(records);
    expect(seen[0]).toHaveLength(first!);
    expect(seen[1]).toHaveLength(2 * KEYS.length - first!);
    await bus.stop();
  });

  it('get a batch again, all of it, where one of them failed', async () => {
    const bus = new MemoryBus();
    const members = MemberBus.around(bus, 2);
    const seen: string[] = [];
    let failures = 0;
    for (const member of members) {
      await member.subscribe('takers', [TOPIC], (batch) => {
        seen.push(...batch.map(({ key }) => key));
        return (failures += 1) === 1 ? Promise.reject(new Error('not now')) : Promise.resolve();
      });
    }
    await bus.start();
    await members[0]!.publish(records);
    expect(new Set(seen)).toEqual(new Set(KEYS));
    expect(seen.length).toBeGreaterThan(KEYS.length);
    await bus.stop();
  });
});
