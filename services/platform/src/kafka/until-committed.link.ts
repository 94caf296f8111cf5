import type { Admin, KafkaJSError } from 'kafkajs';
import { kafkaClient } from './kafka-client.link.ts';

const LOOK_EVERY_MS = 100;

/**
 * Waits until a group has committed all that the topics hold at this moment; topics that the broker does not have yet hold
 * nothing. Answers how many records are left when the wall time given is over: 0 where none is.
 */
export async function untilCommitted(
  brokers: readonly string[],
  { group, topics }: { group: string; topics: readonly string[] },
  withinMs: number,
): Promise<number> {
  const admin = kafkaClient({ brokers, clientId: group }).admin();
  await admin.connect();
  try {
    const deadline = performance.now() + withinMs;
    const ends = await again(deadline, async () => {
      const existing = new Set(await admin.listTopics());
      return endsOf(
        admin,
        topics.filter((topic) => existing.has(topic)),
      );
    });
    for (;;) {
      const left = await again(deadline, () => leftOf(admin, group, ends));
      if (left === 0 || performance.now() > deadline) return left;
      await pause();
    }
  } finally {
    await admin.disconnect();
  }
}

/** A broker that has just come up does not lead its partitions yet. */
async function again<T>(deadline: number, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as Partial<KafkaJSError>).retriable !== true || performance.now() > deadline) throw error;
      await pause();
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

type Ends = ReadonlyMap<string, readonly { partition: number; low: string; high: string }[]>;

async function endsOf(admin: Admin, topics: readonly string[]): Promise<Ends> {
  return new Map(
    await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const)),
  );
}

async function leftOf(admin: Admin, groupId: string, ends: Ends): Promise<number> {
  if (ends.size === 0) return 0;
  const committed = await admin.fetchOffsets({ groupId, topics: [...ends.keys()] });
  const offsets = new Map<string, number>(
    committed.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [`${topic} ${partition}`, Number(offset)]),
    ),
  );
  const places = [...ends].flatMap(([topic, partitions]) =>
    partitions.map(({ partition, low, high }) => ({
      name: `${topic} ${partition}`,
      begin: Number(low),
      end: Number(high),
    })),
  );
  // What the broker dropped nobody can handle any more.
  return places.reduce(
    (sum, { name, begin, end }) => sum + Math.max(0, end - Math.max(begin, offsets.get(name) ?? 0)),
    0,
  );
}
