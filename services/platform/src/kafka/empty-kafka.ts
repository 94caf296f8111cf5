import { kafkaClient } from './kafka-client.link.ts';

/** Empties a broker of topics and groups: specs want one of their own each. */
export async function emptyKafka(brokers: readonly string[]): Promise<void> {
  const admin = kafkaClient({ brokers, clientId: 'spec' }).admin();
  await admin.connect();
  try {
    const { groups } = await admin.listGroups();
    await admin.deleteGroups(groups.map(({ groupId }) => groupId)).catch(() => undefined);
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__'));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}

/** Drops the records of a topic, as a broker does when they have been kept long enough. */
export async function emptyTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = kafkaClient({ brokers, clientId: 'spec' }).admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
  } finally {
    await admin.disconnect();
  }
}
