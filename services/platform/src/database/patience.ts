/** How long a service waits for its database, in wall milliseconds. */
export interface DatabasePatience {
  /** For a connection, new or free. */
  connectMs: number;
  /** For one statement, locks included: then the server gives it up and says so. */
  statementMs: number;
  /** For the answer to one statement: then nobody is there, and the connection is given up. More than `statementMs`. */
  answerMs: number;
  /** For a database that is away when the service starts. */
  startMs: number;
}

/** No statement of a handler hangs for 30 s: a bus may hold its partitions so long, and no longer. */
export const PATIENCE: DatabasePatience = {
  connectMs: 6000,
  statementMs: 20_000,
  answerMs: 22_000,
  startMs: 60_000,
};

const KEEPALIVE_MS = 10_000;
/** A client that stands still in the middle of a transaction must not hold up other instances by its locks. */
const IDLE_IN_TRANSACTION_MS = 8000;

/**
 * Settings of a Postgres client that never waits for ever.
 *
 * @example new pg.Client({ connectionString, ...guardedBy(PATIENCE) })
 */
export function guardedBy({ connectMs, statementMs, answerMs }: DatabasePatience) {
  return {
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: answerMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
  };
}
