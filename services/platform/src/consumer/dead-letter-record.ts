import type { OutgoingRecord } from '../bus/bus.ts';
import { MAX_RECORD_BYTES, sizeOf } from '../bus/record-size.ts';
import type { DeadLetter } from './consumer-store.ts';
import { plainText } from './plain-text.ts';

const HEADERS_KEPT = 40;
const HEADER_LIMIT = 1000;
/** UTF-16 code units kept of a value too large to be sent on: the record itself is where `dlq_offset` says. */
const VALUE_KEPT = 100_000;

/**
 * The record that carries a dead letter: the original key, value and headers, and why it is dead. What no outbox could keep is
 * kept as base64 (`dlq_encoding`), and what no bus would take is cut (`dlq_value_bytes`): a letter always leaves.
 */
export function deadLetterRecord(consumer: string, letter: DeadLetter): OutgoingRecord {
  const { record } = letter;
  const isPlain = plainText(record.value, record.value.length) === record.value;
  const value = isPlain ? record.value : Buffer.from(record.value).toString('base64');
  const headers: Record<string, string> = {
    ...carried(record.headers),
    dlq_consumer: consumer,
    dlq_topic: record.topic,
    dlq_partition: String(record.partition),
    dlq_offset: String(record.offset),
    dlq_code: letter.code,
    dlq_reason: plainText(letter.reason, HEADER_LIMIT),
    dlq_attempts: String(letter.attempts),
    ...(isPlain ? {} : { dlq_encoding: 'base64' }),
  };
  const whole = { topic: `${record.topic}.${consumer}.dlq`, key: record.key, value, headers };
  if (sizeOf(whole) <= MAX_RECORD_BYTES) return whole;
  const bytes = String(Buffer.byteLength(record.value));
  return { ...whole, value: plainText(value, VALUE_KEPT), headers: { ...headers, dlq_value_bytes: bytes } };
}

/** The record's own headers, those of CloudEvents first where there are too many. */
function carried(headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(headers).sort((a, b) => Number(b.startsWith('ce_')) - Number(a.startsWith('ce_')));
  return Object.fromEntries(
    names
      .slice(0, HEADERS_KEPT)
      .map((name) => [plainText(name, HEADER_LIMIT), plainText(headers[name] ?? '', HEADER_LIMIT)]),
  );
}
