import pg from 'pg';
import { Archive, type OutgoingRecord } from '../bus/bus.ts';
import { plainText } from '../consumer/plain-text.ts';
import { guardedBy, PATIENCE } from './patience.ts';

/** An event as the log keeps it. */
export interface LoggedEvent extends OutgoingRecord {
  /** Order of arrival. */
  position: number;
  /** Wall time at which the log took it, ms since the epoch. */
  archivedMs: number;
}

/** How far the numbers of a key have come. */
export interface NumberTaken {
  topic: string;
  key: string;
  last: number;
}

const POOL_SIZE = 2;
const PAGE = 1000;
const CREATION_LOCK = 'wattmesh event log';
/** Appends take turns: whoever reads on from a position misses none that was given out earlier and committed later. */
const APPENDING_LOCK = 'wattmesh event log append';

/** Every event once, in Postgres: table `bus.event_log`. Archive of the memory bus; on Kafka a consumer fills it. */
export class EventLog extends Archive {
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    super();
    this.#pool = pool;
  }

  /** Connects, and creates the table where it is not there yet. */
  static async open(databaseUrl: string): Promise<EventLog> {
    const pool = new pg.Pool({
      connectionString: databaseUrl,
      max: POOL_SIZE,
      application_name: 'wattmesh event log',
      ...guardedBy(PATIENCE),
    });
    // A connection lost while idle is replaced by the next query; a query that fails says so itself.
    pool.on('error', () => undefined);
    const log = new EventLog(pool);
    await log.#create();
    return log;
  }

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#pool.query(
      `with turn as materialized (select pg_advisory_xact_lock(hashtextextended('${APPENDING_LOCK}', 0)))
       insert into bus.event_log (event_id, topic, key, headers, payload)
       select id, topic, key, headers, payload
       from turn, unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[])
         with ordinality as t (id, topic, key, headers, payload, place)
       order by place
       on conflict (topic, event_id) do nothing`,
      [
        records.map((record) => storable(record.headers['ce_id'] ?? null)),
        records.map((record) => record.topic),
        records.map((record) => storable(record.key)),
        records.map((record) => JSON.stringify(record.headers, (_, text: unknown) => storable(text))),
        records.map((record) => storable(record.value)),
      ],
    );
  }

  async newestPerKey(topics: readonly string[]): Promise<OutgoingRecord[]> {
    const result = await this.#pool.query<Row>(
      `select position, topic, key, headers, payload from (
         select distinct on (topic, key) * from bus.event_log where topic = any($1::text[])
         order by topic, key, position desc
       ) as newest order by position`,
      [topics],
    );
    return result.rows.map(recordOf);
  }

  /** Events in the order of arrival, page by page, after a position; without topics: all. */
  async *read(topics?: readonly string[], afterPosition = 0): AsyncGenerator<LoggedEvent> {
    let after = String(afterPosition);
    for (;;) {
      const { rows } = await this.#pool.query<Row & { archived: Date }>(
        `select position, topic, key, headers, payload, archived from bus.event_log
         where position > $1 and ($2::text[] is null or topic = any($2)) order by position limit ${PAGE}`,
        [after, topics ?? null],
      );
      for (const row of rows)
        yield { ...recordOf(row), position: Number(row.position), archivedMs: row.archived.getTime() };
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.position;
    }
  }

  /** Events that are committed and not on the bus yet: the outboxes of all services, each in its order. */
  async unsent(): Promise<OutgoingRecord[]> {
    const schemas = await this.#pool.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables where table_name = 'outbox' order by table_schema`,
    );
    const records: OutgoingRecord[] = [];
    for (const { schema } of schemas.rows) {
      const { rows } = await this.#pool.query<Row>(
        `select 0 as position, topic, key, headers, payload from ${schema}.outbox order by id`,
      );
      records.push(...rows.map(recordOf));
    }
    return records;
  }

  /** The last number that the services have given to each key of each topic. What has one is in an outbox, or has left it. */
  async numbersTaken(): Promise<NumberTaken[]> {
    const schemas = await this.#pool.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables
       where table_name = 'outbox_sequence' order by table_schema`,
    );
    const taken: NumberTaken[] = [];
    for (const { schema } of schemas.rows) {
      const { rows } = await this.#pool.query<{ topic: string; key: string; last: string }>(
        `select topic, key, last from ${schema}.outbox_sequence order by topic, key`,
      );
      for (const { topic, key, last } of rows) taken.push({ topic, key, last: Number(last) });
    }
    return taken;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #create(): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [CREATION_LOCK]);
      await client.query('create schema if not exists bus');
      await client.query(`
        create table if not exists bus.event_log (
          position bigint generated always as identity primary key,
          event_id text,
          topic text not null,
          key text not null,
          headers jsonb not null,
          payload text not null,
          archived timestamptz not null default now(),
          unique (topic, event_id)
        )`);
      await client.query('create index if not exists event_log_newest on bus.event_log (topic, key, position desc)');
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }
}

/** What Postgres cannot keep must not hold up all that comes after it. */
function storable<T>(text: T): T | string {
  return typeof text === 'string' ? plainText(text, text.length) : text;
}

interface Row {
  position: string;
  topic: string;
  key: string;
  headers: Record<string, string>;
  payload: string;
}

function recordOf({ topic, key, headers, payload }: Row): OutgoingRecord {
  return { topic, key, headers, value: payload };
}
