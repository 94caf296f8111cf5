import { createHash } from 'node:crypto';
import type { EventDefinition } from '@wattmesh/events';
import type { BusRecord } from '../bus/bus.ts';
import type { ConsumedEvent, DeadLetter } from './consumer-store.ts';
import { plainText } from './plain-text.ts';

/** A record read: an event, or the letter it becomes. */
export type Decoded = { isValid: true; event: ConsumedEvent } | { isValid: false; letter: DeadLetter };

/** What an index of the inbox can hold, with room to spare. */
const ID_LIMIT = 200;
const KEY_LIMIT = 400;
const REASON_LIMIT = 1000;
const SEQUENCE = /^[1-9]\d{0,14}$/;

/**
 * Reads a record as an event: CloudEvents id, JSON, schema, key. Never throws: what does not fit becomes a dead letter, whatever
 * a broker brought, a tombstone included.
 *
 * @example decodeEvent(OrderPlaced, record) // { isValid: true, event } or { isValid: false, letter }
 */
export function decodeEvent(event: EventDefinition, found: BusRecord): Decoded {
  const record = textRecord(found);
  const { id, isIdFit, isKeyFit } = identify(record);
  const sequence = sequenceOf(record);
  const invalid = (code: string, reason: string): Decoded => ({
    isValid: false,
    letter: {
      id,
      sequence,
      record: isKeyFit ? record : { ...record, key: plainText(record.key, KEY_LIMIT) },
      isCompacted: event.compacted,
      reason: plainText(reason, REASON_LIMIT),
      code,
      attempts: 0,
      parksKey: isKeyFit,
      isSound: false,
    },
  });
  if (!isKeyFit) return invalid('PLATFORM_EVENT_WRONG_KEY', `the key is longer than ${KEY_LIMIT} or holds NUL`);
  if (!isIdFit)
    return invalid('PLATFORM_EVENT_WITHOUT_ID', `the header ce_id is missing, longer than ${ID_LIMIT} or holds NUL`);
  if (record.value === '') return invalid('PLATFORM_EVENT_EMPTY', 'the record has no value');
  const read = readPayload(event, record.value);
  if ('code' in read) return invalid(read.code, read.reason);
  if (read.key !== record.key) {
    return invalid('PLATFORM_EVENT_WRONG_KEY', `the payload belongs to the key ${read.key}`);
  }
  return { isValid: true, event: { id, sequence, record, payload: read.payload, isCompacted: event.compacted } };
}

function readPayload(
  event: EventDefinition,
  value: string,
): { payload: unknown; key: string } | { code: string; reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    return { code: 'PLATFORM_EVENT_NOT_JSON', reason: String(error) };
  }
  try {
    const parsed = event.schema.safeParse(json);
    if (parsed.success) return { payload: parsed.data, key: event.key(parsed.data) };
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { code: 'PLATFORM_EVENT_INVALID', reason: issues.join('; ') };
  } catch (error) {
    return { code: 'PLATFORM_EVENT_INVALID', reason: String(error) };
  }
}

/** A broker may bring a record without key or value, and headers of any kind. */
function textRecord(found: BusRecord): BusRecord {
  const { key, value, headers } = found as {
    key: unknown;
    value: unknown;
    headers: Record<string, unknown> | undefined;
  };
  const isText = typeof key === 'string' && typeof value === 'string' && headers !== undefined;
  if (isText && Object.values(headers).every((header) => typeof header === 'string')) return found;
  const texts = Object.entries(headers ?? {}).map(([name, header]) => [name, textOf(header)]);
  return { ...found, key: textOf(key), value: textOf(value), headers: Object.fromEntries(texts) };
}

function textOf(found: unknown): string {
  if (typeof found === 'string') return found;
  return found instanceof Uint8Array ? Buffer.from(found).toString() : '';
}

/** The id of a record, or what stands in for it: its place, and a digest since a bus may count places anew. */
function identify(record: BusRecord): { id: string; isIdFit: boolean; isKeyFit: boolean } {
  const isKeyFit = isFit(record.key, KEY_LIMIT);
  const id = record.headers['ce_id'] ?? '';
  if (id !== '' && isFit(id, ID_LIMIT)) return { id, isIdFit: true, isKeyFit };
  const digest = createHash('sha256').update(record.key).update(record.value).digest('hex').slice(0, 16);
  return { id: `${record.topic}/${record.partition}/${record.offset}/${digest}`, isIdFit: false, isKeyFit };
}

function isFit(text: string, limit: number): boolean {
  return plainText(text, limit) === text;
}

function sequenceOf(record: BusRecord): number | undefined {
  const text = record.headers['ce_sequence'] ?? '';
  return SEQUENCE.test(text) ? Number(text) : undefined;
}
