import type { OutgoingRecord } from '../bus/bus.ts';
import { sizeOf } from '../bus/record-size.ts';

/** Bytes of one request at most: the client puts all records of a partition into one batch, which must fit the broker's limit. */
const SEND_BYTES = 900_000;

/**
 * How many records from the front fit into one send: at least one, then as many as stay below the limit. O(records taken).
 *
 * @example countForSend([small, small, huge]) // 2
 */
export function countForSend(records: readonly OutgoingRecord[]): number {
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    bytes += sizeOf(record);
    if (bytes > SEND_BYTES && index > 0) return index;
  }
  return records.length;
}
