import type { EventDefinition } from '@wattmesh/events';
import type { BusRecord } from './bus.ts';
import type { ConsumedEvent, DeadLetter } from './consumer-store.ts';

/** A record read: an event, or the letter it becomes. */
export type Decoded = { isValid: true; event: ConsumedEvent } | { isValid: false; letter: DeadLetter };

/** Reads a record as an event: CloudEvents id, JSON, schema, key. Never throws: what does not fit becomes a dead letter. */
export function decodeEvent(event: EventDefinition, record: BusRecord): Decoded {
  const id = record.headers['ce_id'];
  if (id === undefined || id === '') return invalid(record, 'PLATFORM_EVENT_WITHOUT_ID', 'the header ce_id is missing');
  let json: unknown;
  try {
    json = JSON.parse(record.value);
  } catch (error) {
    return invalid(record, 'PLATFORM_EVENT_NOT_JSON', String(error));
  }
  const parsed = event.schema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return invalid(record, 'PLATFORM_EVENT_INVALID', issues.join('; '));
  }
  if (event.key(parsed.data) !== record.key) {
    return invalid(record, 'PLATFORM_EVENT_WRONG_KEY', `the payload belongs to the key ${event.key(parsed.data)}`);
  }
  return { isValid: true, event: { id, record, payload: parsed.data, isCompacted: event.compacted } };
}

function invalid(record: BusRecord, code: string, reason: string): Decoded {
  const id = record.headers['ce_id'] ?? `${record.topic}/${record.partition}/${record.offset}`;
  return { isValid: false, letter: { id, record, reason, code, attempts: 0 } };
}
