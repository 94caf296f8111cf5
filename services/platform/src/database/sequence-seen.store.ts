import type { EntityManager } from 'typeorm';
import type { KeyTally } from '../consumer/sequence-ledger.ts';

/** Whose numbers, and of which topic. */
export interface SequencePlace {
  consumer: string;
  topic: string;
}

/** Last number taken of each key, locked until the transaction ends. Keys in order, so that no two transactions wait for each other. */
export async function lockLasts(
  tx: EntityManager,
  { consumer, topic }: SequencePlace,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const rows: { key: string; last: string }[] = await tx.query(
    `select key, last from sequence_seen where consumer = $1 and topic = $2 and key = any($3::text[])
     order by key for update`,
    [consumer, topic, [...new Set(keys)]],
  );
  return new Map(rows.map(({ key, last }) => [key, Number(last)]));
}

/** Moves keys on and adds what broke in them. */
export async function keepTallies(
  tx: EntityManager,
  { consumer, topic }: SequencePlace,
  tallies: ReadonlyMap<string, KeyTally>,
): Promise<void> {
  if (tallies.size === 0) return;
  const sorted = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  const found = sorted.map(([, tally]) => tally);
  await tx.query(
    `insert into sequence_seen as s (consumer, topic, key, last, gaps, disorders, last_gap)
     select $1, $2, key, last, gaps, disorders, last_gap
     from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[]) as t (key, last, gaps, disorders, last_gap)
     on conflict (consumer, topic, key) do update set
       previous = s.last,
       last = greatest(s.last, excluded.last),
       gaps = s.gaps + excluded.gaps,
       disorders = s.disorders + excluded.disorders,
       last_gap = coalesce(excluded.last_gap, s.last_gap)`,
    [
      consumer,
      topic,
      sorted.map(([key]) => key),
      found.map(({ last }) => last),
      found.map(({ gaps }) => gaps),
      found.map(({ disorders }) => disorders),
      found.map(({ lastGap }) => lastGap ?? null),
    ],
  );
}
