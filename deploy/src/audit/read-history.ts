import type { EventLog, LoggedEvent } from '@wattmesh/platform/database';
import { History } from './history.ts';

/**
 * Everything that happened: the event log, and behind it what is committed in the services' outboxes and has not reached the
 * log. `untilArchived` waits until what has left the outboxes is in the log.
 */
export async function readHistory(
  log: EventLog,
  untilArchived: () => Promise<void> = async () => {},
): Promise<History> {
  // The outboxes first: what leaves them meanwhile is in the log by the time that is read.
  const unsent = await log.unsent();
  await untilArchived();
  const events: LoggedEvent[] = [];
  for await (const event of log.read()) events.push(event);
  const known = new Set(events.map(identityOf));
  const last = events.at(-1)?.position ?? 0;
  const missing = unsent.filter((record) => !known.has(identityOf(record)));
  const behind = missing.map((record, index) => ({ ...record, position: last + 1 + index, archivedMs: Infinity }));
  return new History([...events, ...behind]);
}

function identityOf({ topic, headers }: { topic: string; headers: Record<string, string> }): string {
  return `${topic} ${headers['ce_id']}`;
}
