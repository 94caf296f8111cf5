import { EVENTS, topicSettingsOf, type TopicSettings } from '@wattmesh/events';

/** Wall time without a heartbeat after which the broker gives a consumer's partitions to another. */
export const SESSION_MS = 6000;
export const HEARTBEAT_MS = 1500;
/** Longest wall time in which all members of a group must join again. */
export const REBALANCE_MS = 15_000;

/** Settings of any topic: an event's own, else those of dead letters, which are kept until somebody has seen to them. */
export function settingsOf(topic: string): TopicSettings {
  const event = EVENTS.get(topic);
  return event === undefined ? { topic, partitions: 1, cleanup: 'delete' } : topicSettingsOf(event);
}
