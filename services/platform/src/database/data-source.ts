import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isOutage } from '../consumer/is-outage.ts';
import { DatabaseAwayError, DatabaseMissingError } from './database.errors.ts';
import { Leadership1790000000010 } from './leadership.migration.ts';
import { migrate } from './migrate.ts';
import { guardedBy, PATIENCE, type DatabasePatience } from './patience.ts';
import { PlatformTables1790000000000 } from './platform-tables.migration.ts';
import { SequenceSeen1790000000001 } from './sequence-seen.migration.ts';
import type { ServiceContext } from '../service/runtime.ts';

/** What a service keeps in the database. */
export interface DatabaseOptions {
  /** Schema of the service: its name, and the owner of the events it publishes. */
  schema: string;
  entities: Function[];
  migrations: Function[];
  /** Where the service waits longer or shorter than all others. */
  patience?: Partial<DatabasePatience>;
}

const POOL_SIZE = 4;
const PLATFORM_MIGRATIONS = [PlatformTables1790000000000, SequenceSeen1790000000001, Leadership1790000000010];
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2000;

/**
 * Connects a service to its schema and migrates it; a database that is away is waited for. When the service is killed its
 * connections break at once.
 */
export async function openDataSource(service: ServiceContext, options: DatabaseOptions): Promise<DataSource> {
  const url = service.databaseUrl;
  if (url === undefined) throw new DatabaseMissingError(service.name);
  const patience = { ...PATIENCE, ...options.patience };
  const { schema } = options;
  const applicationName = `wattmesh ${service.name}`;
  const migrations = [...PLATFORM_MIGRATIONS, ...options.migrations];
  const dataSource = await untilThere(service, patience.startMs, async () => {
    await migrate({ url, schema, migrations, applicationName, connectMs: patience.connectMs });
    const connecting = new DataSource({
      type: 'postgres',
      url,
      schema,
      entities: options.entities,
      poolSize: POOL_SIZE,
      applicationName,
      logging: false,
      poolErrorHandler: (error: unknown) => service.logger.warn({ err: error }, 'a database connection was lost'),
      extra: { options: `-c search_path=${schema}`, ...guardedBy(patience) },
    });
    return connecting.initialize();
  });
  service.lifetime.onKill(breakConnections(dataSource));
  return dataSource;
}

/** A database that starts later, starts again or recovers is no reason to die: its supervisor would only start us again. */
async function untilThere<T>(service: ServiceContext, startMs: number, connect: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + startMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    service.lifetime.assertAlive();
    try {
      return await connect();
    } catch (error) {
      if (!isOutage(error)) throw error;
      const leftMs = Math.round(deadlineMs - performance.now());
      if (leftMs <= 0) throw new DatabaseAwayError(service.name, startMs, { cause: error });
      service.logger.warn({ err: error, leftMs }, 'the database is away: trying again');
      await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, leftMs)));
    }
  }
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
