import type { EventDefinition } from './define-event.ts';

/** How a broker keeps a topic. */
export interface TopicSettings {
  readonly topic: string;
  /** Fixed for life: another number would send a key to another partition and break its order. */
  readonly partitions: number;
  /** `compact`: the newest record of each key, for ever. `delete`: every record, as long as it is kept. */
  readonly cleanup: 'compact' | 'delete';
  /** Absent: for ever. */
  readonly retentionHours?: number;
}

const PARTITIONS = 12;
/** A consumer's inbox remembers twice as long. */
const RETENTION_HOURS = 168;

/** Settings of an event's topic. Example: `topicSettingsOf(OrderPlaced).partitions // 12`. */
export function topicSettingsOf({ topic, compacted }: EventDefinition): TopicSettings {
  return compacted
    ? { topic, partitions: PARTITIONS, cleanup: 'compact' }
    : { topic, partitions: PARTITIONS, cleanup: 'delete', retentionHours: RETENTION_HOURS };
}
