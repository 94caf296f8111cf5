import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { DatabaseMissingError } from './database.errors.ts';
import { PlatformTables1790000000000 } from './platform-tables.migration.ts';
import type { ServiceContext } from '../service/runtime.ts';

/** What a service keeps in the database. */
export interface DatabaseOptions {
  /** Schema of the service: its name, and the owner of the events it publishes. */
  schema: string;
  entities: Function[];
  migrations: Function[];
}

const POOL_SIZE = 4;

/** Connects a service to its schema and migrates it. When the service is killed its connections break at once. */
export async function openDataSource(service: ServiceContext, options: DatabaseOptions): Promise<DataSource> {
  const url = service.databaseUrl;
  if (url === undefined) throw new DatabaseMissingError(service.name);
  await createSchema(url, options.schema);
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema: options.schema,
    entities: options.entities,
    migrations: [PlatformTables1790000000000, ...options.migrations],
    migrationsTableName: 'migration',
    poolSize: POOL_SIZE,
    applicationName: `wattmesh ${service.name}`,
    logging: false,
    poolErrorHandler: (error: unknown) => service.logger.warn({ err: error }, 'a database connection was lost'),
    extra: { options: `-c search_path=${options.schema}` },
  });
  await dataSource.initialize();
  service.lifetime.onKill(breakConnections(dataSource));
  await dataSource.runMigrations({ transaction: 'all' });
  return dataSource;
}

/** Watches the pool's connections so that a kill can cut them without waiting for what runs on them. */
function breakConnections(dataSource: DataSource): () => void {
  const pool = (dataSource.driver as PostgresDriver).master as pg.Pool & { _clients?: pg.Client[] };
  const clients = new Set<pg.Client>(pool._clients ?? []);
  pool.on('connect', (client) => clients.add(client as unknown as pg.Client));
  pool.on('remove', (client) => clients.delete(client as unknown as pg.Client));
  return () => {
    pool.removeAllListeners('error').on('error', () => undefined);
    for (const client of clients) cutConnection(client);
    pool.end().catch(() => undefined);
  };
}

/** Closes a connection's socket as a dying process would. */
export function cutConnection(client: pg.Client): void {
  client.on('error', () => undefined);
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

async function createSchema(url: string, schema: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]*$/.test(schema)) throw new TypeError(`schema "${schema}" is not a lower-case name`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create schema if not exists ${schema}`);
  } finally {
    await client.end();
  }
}
