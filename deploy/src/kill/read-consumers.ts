import { Client } from 'pg';

/** What the consumers of all services noted about what they took. */
export interface ConsumerNotes {
  /** Numbers that were skipped in a topic and key, and events that came out of order. */
  readonly gaps: number;
  readonly disorders: number;
  /** Keys of which an event could not be applied. */
  readonly parkedKeys: readonly string[];
  /** Events that are committed and have not reached the bus. */
  readonly unsent: number;
}

/** Reads the notes out of every service's schema. */
export async function readConsumers(databaseUrl: string): Promise<ConsumerNotes> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: schemas } = await client.query<{ name: string }>(
      `select table_schema as name from information_schema.tables where table_name = 'sequence_seen' order by table_schema`,
    );
    const notes = { gaps: 0, disorders: 0, parkedKeys: [] as string[], unsent: 0 };
    for (const { name } of schemas) {
      const { rows } = await client.query<{ gaps: string; disorders: string; unsent: string; parked: string[] }>(
        `select (select coalesce(sum(gaps), 0) from ${name}.sequence_seen) as gaps,
                (select coalesce(sum(disorders), 0) from ${name}.sequence_seen) as disorders,
                (select count(*) from ${name}.outbox) as unsent,
                array(select consumer || ' ' || topic || ' ' || key || ': ' || reason from ${name}.parked_key) as parked`,
      );
      notes.gaps += Number(rows[0]?.gaps);
      notes.disorders += Number(rows[0]?.disorders);
      notes.unsent += Number(rows[0]?.unsent);
      notes.parkedKeys.push(...(rows[0]?.parked ?? []));
    }
    return notes;
  } finally {
    await client.end();
  }
}
