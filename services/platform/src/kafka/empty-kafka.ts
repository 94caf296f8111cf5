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
