import { z } from 'zod';

/** One kind of event: its topic, the key that orders it, the schema of its payload and how the topic is kept. */
export interface EventDefinition<S extends z.ZodType = z.ZodType> {
  readonly topic: string;
  /** Service that alone may publish the event: the topic's first segment. */
  readonly owner: string;
  readonly schema: S;
  readonly key: (payload: z.infer<S>) => string;
  /** True where only the newest event per key is kept: such a topic is a table. */
  readonly compacted: boolean;
}

/** Payload type of an event definition. */
export type PayloadOf<E extends EventDefinition> = z.infer<E['schema']>;

const TOPIC = /^[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]\d*$/;

/** Declares an event. Throws a TypeError where the topic is not `<owner>.<past-tense-event>.v<major>`. */
export function defineEvent<S extends z.ZodType>(event: {
  topic: string;
  schema: S;
  key: (payload: z.infer<S>) => string;
  compacted?: boolean;
}): EventDefinition<S> {
  if (!TOPIC.test(event.topic)) throw new TypeError(`topic "${event.topic}" is not <owner>.<event>.v<major>`);
  const owner = event.topic.slice(0, event.topic.indexOf('.'));
  return { topic: event.topic, owner, schema: event.schema, key: event.key, compacted: event.compacted ?? false };
}
