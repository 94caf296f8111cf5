import { Client } from 'pg';
import { LaunchError } from './launch-error.ts';

/** Throws LaunchError where a database holds events of an earlier community: a new one would take them for its own. */
export async function assertDatabaseEmpty(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ log: string | null }>("select to_regclass('bus.event_log') as log");
    if (rows[0]?.log == null) return;
    const { rowCount } = await client.query('select 1 from bus.event_log limit 1');
    if (rowCount === 0) return;
  } finally {
    await client.end();
  }
  const { host, pathname } = new URL(databaseUrl);
  throw new LaunchError(`--database ${host}${pathname}: holds an earlier community; give an empty database`);
}
