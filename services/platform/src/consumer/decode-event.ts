import type { EventDefinition } from '@wattmesh/events';
import type { BusRecord } from '../bus/bus.ts';
import type { ConsumedEvent, DeadLetter } from './consumer-store.ts';

/** A record read: an event, or the letter it becomes. */
export type Decoded = { isValid: true; event: ConsumedEvent } | { isValid: false; letter: DeadLetter };

/** Reads a record as an event: CloudEvents id, JSON, schema, key. Never throws: what does not fit becomes a dead letter. */
export function decodeEvent(event: EventDefinition, record: BusRecord): Decoded {
  const id = record.headers['ce_id'];
  const invalid = (code: string, reason: string): Decoded => ({
    isValid: false,
    letter: {
      id: id ?? placeOf(record),
      record,
      isCompacted: event.compacted,
      reason,
      code,
      attempts: 0,
      parksKey: true,
    },
  });
  if (id === undefined || id === '') return invalid('PLATFORM_EVENT_WITHOUT_ID', 'the header ce_id is missing');
  let json: unknown;
  try {
    json = JSON.parse(record.value);
  } catch (error) {
    return invalid('PLATFORM_EVENT_NOT_JSON', String(error));
  }
  const parsed = event.schema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return invalid('PLATFORM_EVENT_INVALID', issues.join('; '));
  }
  if (event.key(parsed.data) !== record.key) {
    return invalid('PLATFORM_EVENT_WRONG_KEY', `the payload belongs to the key ${event.key(parsed.data)}`);
  }
  return { isValid: true, event: { id, record, payload: parsed.data, isCompacted: event.compacted } };
}

/** Stands in for the id of a record that has none. */
function placeOf(record: BusRecord): string {
  return `${record.topic}/${record.partition}/${record.offset}`;
}
