import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS } from '@wattmesh/events';
import { untilCommitted } from '@wattmesh/platform/kafka';
import { EVENT_LOG_GROUP } from '@wattmesh/portal/event-log-group';

const WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 500;

/**
 * Waits until the event log holds every event that the brokers do. Answers why where it does not in time; the next start
 * goes on with the copying.
 */
export async function waitUntilArchived(brokers: readonly string[]): Promise<string | undefined> {
  const deadline = performance.now() + WITHIN_MS;
  const copied = { group: EVENT_LOG_GROUP, topics: [...EVENTS.keys()] };
  for (;;) {
    try {
      const left = await untilCommitted(brokers, copied, Math.max(0, deadline - performance.now()));
      return left === 0 ? undefined : `${left} events are not in the event log yet`;
    } catch (error) {
      // The broker may be coming up again.
      if (performance.now() > deadline) return `the brokers do not say what they hold: ${(error as Error).message}`;
      await sleep(ASK_AGAIN_MS);
    }
  }
}
