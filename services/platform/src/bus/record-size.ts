import type { OutgoingRecord } from './bus.ts';
import { RecordTooLargeError } from './bus.errors.ts';

/** The largest record: key, value and headers. Brokers refuse more than 1,048,588 bytes by default. */
export const MAX_RECORD_BYTES = 1_000_000;

const FRAMING_BYTES = 64;
const HEADER_FRAMING_BYTES = 8;

/** Bytes of a record on its way: key, value, headers and framing. */
export function sizeOf({ key, value, headers }: OutgoingRecord): number {
  const fixed = FRAMING_BYTES + Buffer.byteLength(key) + Buffer.byteLength(value);
  return Object.entries(headers).reduce(
    (bytes, [name, text]) => bytes + HEADER_FRAMING_BYTES + Buffer.byteLength(name) + Buffer.byteLength(text),
    fixed,
  );
}

/** Throws RecordTooLargeError where a record is larger than every bus takes. */
export function assertSizes(records: readonly OutgoingRecord[]): void {
  for (const record of records) {
    const bytes = sizeOf(record);
    if (bytes > MAX_RECORD_BYTES) throw new RecordTooLargeError(record.topic, bytes, MAX_RECORD_BYTES);
  }
}
