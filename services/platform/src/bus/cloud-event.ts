import type { EventDefinition, PayloadOf } from '@wattmesh/events';
import type { OutgoingRecord } from './bus.ts';

/** CloudEvents 1.0 attributes of an event, carried as record headers in binary mode. */
export interface EventAttributes {
  /** UUIDv7, made once by the producer: consumers are idempotent by it. */
  id: string;
  /** Name of the publishing service, with an instance where several publish. */
  source: string;
  /** Simulated time, ISO 8601. */
  time: string;
  /** Counts the events of a topic and key from 1. */
  sequence: number;
}

/** The record that carries an event. Throws a ZodError where the payload does not match the event's schema. */
export function toRecord<E extends EventDefinition>(
  event: E,
  payload: PayloadOf<E>,
  attributes: EventAttributes,
): OutgoingRecord {
  const valid = event.schema.parse(payload);
  return {
    topic: event.topic,
    key: event.key(valid),
    value: JSON.stringify(valid),
    headers: {
      ce_id: attributes.id,
      ce_type: event.topic,
      ce_source: attributes.source,
      ce_time: attributes.time,
      ce_specversion: '1.0',
      ce_sequence: String(attributes.sequence),
    },
  };
}
