import type { NumberTaken } from '@wattmesh/platform/database';
import type { History } from './history.ts';

/** What is wrong with the events of one key. */
export interface DeliveryFault {
  readonly topic: string;
  readonly key: string;
  readonly what: string;
}

/**
 * Whether the log holds every event of every key once: their numbers (`ce_sequence`) run from 1 to the last one taken without a
 * gap, none is there twice, and they stand in order. Dead letters carry the numbers of the events they were. O(n) in the events.
 *
 * @example checkDelivery(history, taken).length // 0: nothing was lost or doubled
 */
export function checkDelivery(history: History, taken: readonly NumberTaken[] = []): DeliveryFault[] {
  const faults: DeliveryFault[] = [];
  const lasts = Map.groupBy(taken, ({ topic }) => topic);
  for (const topic of new Set([...history.byTopic.keys(), ...lasts.keys()])) {
    if (topic.endsWith('.dlq')) continue;
    const byKey = Map.groupBy(history.byTopic.get(topic) ?? [], ({ key }) => key);
    const lastOf = new Map((lasts.get(topic) ?? []).map(({ key, last }) => [key, last]));
    for (const key of new Set([...byKey.keys(), ...lastOf.keys()])) {
      const numbers = (byKey.get(key) ?? []).map(({ headers }) => Number(headers['ce_sequence']));
      const what = faultOf(numbers, lastOf.get(key) ?? 0);
      if (what !== undefined) faults.push({ topic, key, what });
    }
  }
  return faults;
}

function faultOf(numbers: readonly number[], lastTaken: number): string | undefined {
  const known = new Set(numbers);
  const last = numbers.reduce((most, number) => Math.max(most, number), lastTaken);
  if (!Number.isSafeInteger(last)) return 'an event has no number';
  const twice = numbers.length - known.size;
  if (twice > 0) return `${twice} of ${last} numbers are there twice`;
  if (known.size < last) return `${last - known.size} of ${last} events are missing`;
  const place = numbers.findIndex((number, index) => number !== index + 1);
  return place < 0 ? undefined : `event ${numbers[place]} stands at place ${place + 1}`;
}
