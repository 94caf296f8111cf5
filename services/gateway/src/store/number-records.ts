import type { OutgoingRecord } from '@wattmesh/platform';

/** What is counted by one sequence: a key of a topic. */
export function lineOf(record: Pick<OutgoingRecord, 'topic' | 'key'>): string {
  return `${record.topic}/${record.key}`;
}

/** Number of the newest record of each topic and key. */
export type Numbers = Readonly<Record<string, number>>;

/**
 * Numbers records as they leave (`ce_sequence`), each topic and key from where it was: what was shed before never had a number, so
 * the numbers that consumers see have no gaps. Returns the records and the numbers after them.
 *
 * Example: `{ 'a/k': 4 }` and two records of topic a, key k: they are 5 and 6.
 */
export function numberRecords(
  numbers: Numbers,
  records: readonly OutgoingRecord[],
): { records: OutgoingRecord[]; numbers: Numbers } {
  const next: Record<string, number> = { ...numbers };
  const numbered = records.map((record) => {
    const line = lineOf(record);
    next[line] = (next[line] ?? 0) + 1;
    return { ...record, headers: { ...record.headers, ce_sequence: String(next[line]) } };
  });
  return { records: numbered, numbers: next };
}
