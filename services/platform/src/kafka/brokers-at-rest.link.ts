import { AssignerProtocol, type Admin, type GroupDescription } from 'kafkajs';
import { kafkaClient } from './kafka-client.link.ts';
import { untilCommitted } from './until-committed.link.ts';

/** A consumer group that did not come to the end of its topics. */
export interface GroupBehind {
  group: string;
  /** Processes that consume for it. */
  members: number;
  /** Records that it has not handled, where anybody consumes for it. */
  records: number;
}

/**
 * Waits until every group has committed all that its topics hold at this moment, and names those that have not when the wall
 * time given is over, or for which nobody consumes.
 */
export async function groupsBehind(brokers: readonly string[], withinMs: number): Promise<GroupBehind[]> {
  const deadline = performance.now() + withinMs;
  const groups = await withAdmin(brokers, async (admin) => {
    const listed = (await admin.listGroups()).groups.filter(({ protocolType }) => protocolType === 'consumer');
    return listed.length === 0 ? [] : (await admin.describeGroups(listed.map(({ groupId }) => groupId))).groups;
  });
  const looked = groups.map(async (group): Promise<GroupBehind> => {
    const subscription = { group: group.groupId, topics: topicsOf(group) };
    const records = await untilCommitted(brokers, subscription, Math.max(0, deadline - performance.now()));
    return { group: group.groupId, members: group.members.length, records };
  });
  return (await Promise.all(looked)).filter(({ members, records }) => members === 0 || records > 0);
}

/** How many dead letters the brokers hold. */
export function countDeadLetters(brokers: readonly string[]): Promise<number> {
  return withAdmin(brokers, async (admin) => {
    let count = 0;
    for (const topic of await admin.listTopics()) {
      const partitions = topic.endsWith('.dlq') ? await admin.fetchTopicOffsets(topic) : [];
      for (const { high } of partitions) count += Number(high);
    }
    return count;
  });
}

function topicsOf({ members }: GroupDescription): string[] {
  const topics = members.flatMap(
    ({ memberMetadata }) => AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
  );
  return [...new Set(topics)];
}

async function withAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient({ brokers, clientId: 'observer' }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
