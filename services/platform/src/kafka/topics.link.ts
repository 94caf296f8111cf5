import { EVENTS } from '@wattmesh/events';
import type { Admin, ITopicConfig, Kafka, KafkaJSError } from 'kafkajs';
import { TopicsMissingError } from '../bus/bus.errors.ts';
import { settingsOf } from './kafka-settings.ts';
import type { Place, ReplayRange } from './replay-ranges.ts';
import type { PlaceSeen } from './stall-watch.ts';

/** A partition, and how far a group has come in it. */
export type GroupPlace = Place & Pick<PlaceSeen, 'next' | 'end'>;

const HOUR_MS = 3_600_000;
const DAY_MS = String(24 * HOUR_MS);
const FOR_EVER = '-1';
const REPLICAS = 3;
const LEADERS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** Creates topics as their events define them, where the broker does not have them yet. */
export class TopicsLink {
  readonly #known = new Set<string>();

  constructor(private readonly kafka: Kafka) {}

  /** Resolves when every topic is there. What is there stays as it is: partitions are fixed for life. */
  async ensure(topics: readonly string[]): Promise<void> {
    const unknown = [...new Set(topics)].filter((topic) => !this.#known.has(topic));
    if (unknown.length === 0) return;
    await this.#withAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = unknown.filter((topic) => !existing.has(topic));
      if (missing.length > 0) await create(admin, missing);
    });
    for (const topic of unknown) this.#known.add(topic);
  }

  /** Looks anew the next time: after a failure the broker may not be the one it was. */
  forget(): void {
    this.#known.clear();
  }

  /**
   * What a group's process handles again at its start: the compacted topics up to what the group has committed, and of the
   * others what came since the wall time, where one is given.
   */
  rangesToReplay(
    { group, topics }: { group: string; topics: readonly string[] },
    since: Date | undefined,
  ): Promise<ReplayRange[]> {
    const isCompacted = (topic: string): boolean => EVENTS.get(topic)?.compacted === true;
    const wanted = topics.filter((topic) => since !== undefined || isCompacted(topic));
    if (wanted.length === 0) return Promise.resolve([]);
    return this.#withAdmin(async (admin) => {
      const ranges: ReplayRange[] = [];
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: wanted })) {
        const begins =
          isCompacted(topic) || since === undefined
            ? []
            : await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime());
        const fromOf = new Map(begins.map(({ partition, offset }) => [partition, Number(offset)]));
        for (const { partition, offset } of partitions)
          ranges.push({ topic, partition, from: fromOf.get(partition) ?? 0, until: Number(offset) });
      }
      return ranges;
    });
  }

  /** How far a group has come by the broker, partition by partition. */
  progressOf({ group, topics }: { group: string; topics: readonly string[] }): Promise<GroupPlace[]> {
    return this.#withAdmin(async (admin) => {
      const places: GroupPlace[] = [];
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
        const ends = await admin.fetchTopicOffsets(topic);
        const committed = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        for (const { partition, low, high } of ends) {
          const next = Math.max(committed.get(partition) ?? 0, Number(low));
          places.push({ topic, partition, next, end: Number(high) });
        }
      }
      return places;
    });
  }

  async #withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Another service may create the same topics at this moment: the client takes that as done. */
async function create(admin: Admin, topics: readonly string[]): Promise<void> {
  const { brokers } = await admin.describeCluster();
  const replicationFactor = Math.min(REPLICAS, brokers.length);
  await admin.createTopics({
    topics: topics.map((topic) => configOf(topic, replicationFactor)),
    waitForLeaders: false,
  });
  const deadline = performance.now() + LEADERS_WITHIN_MS;
  while (!(await haveLeaders(admin, topics))) {
    if (performance.now() > deadline) throw new TopicsMissingError(topics);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** A broker that has just heard of a topic may not know it, or its leaders, for a moment. */
async function haveLeaders(admin: Admin, topics: readonly string[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    return metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    if ((error as Partial<KafkaJSError>).retriable === true) return false;
    throw error;
  }
}

function configOf(topic: string, replicationFactor: number): ITopicConfig {
  const { partitions, cleanup, retentionHours } = settingsOf(topic);
  const retentionMs = retentionHours === undefined ? FOR_EVER : String(retentionHours * HOUR_MS);
  return {
    topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: [
      { name: 'cleanup.policy', value: cleanup },
      ...(cleanup === 'delete' ? [{ name: 'retention.ms', value: retentionMs }] : []),
      // What is being written to is neither compacted nor dropped: a segment open for long would outlive the consumers' inboxes.
      { name: 'segment.ms', value: DAY_MS },
    ],
  };
}
