import pg from 'pg';
import { DataSource } from 'typeorm';

/** What brings a schema up to date. */
export interface MigrationOptions {
  url: string;
  schema: string;
  migrations: Function[];
  applicationName: string;
  /** For a connection: a migration itself may take as long as it takes. */
  connectMs: number;
}

const TABLE = 'migration';
const LOCK = 'migration of';

/** Makes the schema and runs what is missing, one instance at a time: the others wait, and find it done. */
export async function migrate(options: MigrationOptions): Promise<void> {
  const { url, schema, applicationName, connectMs } = options;
  if (!/^[a-z][a-z0-9_]*$/.test(schema)) throw new TypeError(`schema "${schema}" is not a lower-case name`);
  const client = new pg.Client({
    connectionString: url,
    application_name: `${applicationName} migration`,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
  });
  // What a lost connection means, the query that needed it says.
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (await isUpToDate(client, options)) return;
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`${LOCK} ${schema}`]);
    await client.query(`create schema if not exists ${schema}`);
    if (!(await isUpToDate(client, options))) await runMissing(options);
  } finally {
    // Ends the lock with the connection.
    await client.end().catch(() => undefined);
  }
}

async function isUpToDate(client: pg.Client, { schema, migrations }: MigrationOptions): Promise<boolean> {
  const table = `${schema}.${TABLE}`;
  const found = await client.query<{ isThere: boolean }>('select to_regclass($1) is not null as "isThere"', [table]);
  if (found.rows[0]?.isThere !== true) return false;
  const { rows } = await client.query<{ name: string }>(`select name from ${table}`);
  const done = new Set(rows.map(({ name }) => name));
  return migrations.every((migration) => done.has(migration.name));
}

async function runMissing({ url, schema, migrations, applicationName, connectMs }: MigrationOptions): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    entities: [],
    migrations,
    migrationsTableName: TABLE,
    poolSize: 1,
    applicationName: `${applicationName} migration`,
    logging: false,
    poolErrorHandler: () => undefined,
    extra: { options: `-c search_path=${schema}`, connectionTimeoutMillis: connectMs, keepAlive: true },
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    await dataSource.destroy();
  }
}
