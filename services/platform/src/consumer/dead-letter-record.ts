import type { OutgoingRecord } from '../bus/bus.ts';
import type { DeadLetter } from './consumer-store.ts';

/** The record that carries a dead letter: the original value, key and headers, and why it is dead. */
export function deadLetterRecord(consumer: string, letter: DeadLetter): OutgoingRecord {
  const { record } = letter;
  return {
    topic: `${record.topic}.${consumer}.dlq`,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      dlq_consumer: consumer,
      dlq_topic: record.topic,
      dlq_partition: String(record.partition),
      dlq_offset: String(record.offset),
      dlq_code: letter.code,
      dlq_reason: letter.reason,
      dlq_attempts: String(letter.attempts),
    },
  };
}
