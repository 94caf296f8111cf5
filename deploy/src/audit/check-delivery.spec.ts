import type { LoggedEvent } from '@wattmesh/platform/database';
import { describe, expect, it } from 'vitest';
import { checkDelivery } from './check-delivery.ts';
import { History } from './history.ts';

const log = (...numbers: readonly (number | undefined)[]): History => logOf(numbers);
const logOf = (numbers: readonly (number | undefined)[]): History =>
  new History(
    numbers.map((number, index): LoggedEvent => ({
      position: index + 1,
      archivedMs: 0,
      topic: 'gateway.reading-taken.v1',
      key: 'home-1-meter',
      value: '{}',
      headers: { ce_id: `id-${index}`, ...(number === undefined ? {} : { ce_sequence: String(number) }) },
    })),
  );

describe('the delivery of events', () => {
  it('is whole where the numbers of every key run from 1 without a gap', () => {
    expect(checkDelivery(log(1, 2, 3))).toEqual([]);
  });

  it.each([
    [[1, 3], '1 of 3 events are missing'],
    [[2, 3], '1 of 3 events are missing'],
    [[1, 2, 2], '1 of 2 numbers are there twice'],
    [[1, 3, 2], 'event 3 stands at place 2'],
    [[1, undefined], 'an event has no number'],
  ])('is not where they are %j', (numbers, what) => {
    expect(checkDelivery(log(...numbers))).toEqual([{ topic: 'gateway.reading-taken.v1', key: 'home-1-meter', what }]);
  });

  it('is not where the log ends before the last number that was taken', () => {
    const [topic, key] = ['gateway.reading-taken.v1', 'home-1-meter'];
    expect(checkDelivery(log(1, 2), [{ topic, key, last: 2 }])).toEqual([]);
    expect(checkDelivery(log(1, 2), [{ topic, key, last: 4 }])).toEqual([
      { topic, key, what: '2 of 4 events are missing' },
    ]);
    expect(checkDelivery(log(1), [{ topic: 'market.order-placed.v1', key: 'home-1', last: 1 }])).toEqual([
      { topic: 'market.order-placed.v1', key: 'home-1', what: '1 of 1 events are missing' },
    ]);
  });

  it('is told of a key with more events than a call takes arguments', () => {
    expect(checkDelivery(logOf(Array.from({ length: 200_000 }, (_, index) => index + 1)))).toEqual([]);
  });

  it('counts each key by itself and leaves dead letters out', () => {
    const [first] = log(1).byTopic.get('gateway.reading-taken.v1') ?? [];
    if (first === undefined) throw new Error('the log is empty');
    const other = { ...first, position: 2, key: 'home-2-meter' };
    const dead = {
      ...first,
      position: 3,
      topic: `${first.topic}.portal.dlq`,
      headers: { ce_id: 'x', ce_sequence: '9' },
    };
    expect(checkDelivery(new History([first, other, dead]))).toEqual([]);
  });
});
