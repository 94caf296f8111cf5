import type { History } from './history.ts';

/** What is wrong with the events of one key. */
export interface DeliveryFault {
  readonly topic: string;
  readonly key: string;
  readonly what: string;
}

/**
 * Whether the log holds every event of every key once: their numbers (`ce_sequence`) run from 1 without a gap, none is there
 * twice, and they stand in order. Dead letters carry the numbers of the events they were. O(n) in the events.
 *
 * @example checkDelivery(history).length // 0: nothing was lost or doubled
 */
export function checkDelivery(history: History): DeliveryFault[] {
  const faults: DeliveryFault[] = [];
  for (const [topic, events] of history.byTopic) {
    if (topic.endsWith('.dlq')) continue;
    for (const [key, ofKey] of Map.groupBy(events, (event) => event.key)) {
      const numbers = ofKey.map(({ headers }) => Number(headers['ce_sequence']));
      const what = faultOf(numbers);
      if (what !== undefined) faults.push({ topic, key, what });
    }
  }
  return faults;
}

function faultOf(numbers: readonly number[]): string | undefined {
  const known = new Set(numbers);
  const last = Math.max(...numbers);
  if (!Number.isSafeInteger(last)) return 'an event has no number';
  const twice = numbers.length - known.size;
  if (twice > 0) return `${twice} of ${last} numbers are there twice`;
  if (known.size < last) return `${last - known.size} of ${last} events are missing`;
  const place = numbers.findIndex((number, index) => number !== index + 1);
  return place < 0 ? undefined : `event ${numbers[place]} stands at place ${place + 1}`;
}
