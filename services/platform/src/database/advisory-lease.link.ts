import pg from 'pg';
import { cutConnection } from './data-source.ts';
import type { Logger } from '../service/logger.ts';

/** What a lease holds and whom it tells. */
export interface LeaseOptions {
  url: string;
  /** Name of the lease: one holder in the whole database. */
  name: string;
  logger: Logger;
  /** Called whenever the lease was gained, again after a lost connection. */
  onGained: () => void;
}

const FIRST_RETRY_MS = 10;
const MAX_RETRY_MS = 1000;
/** The server needs a moment to see that a killed holder is gone; one that lives on keeps the lease. */
const PATIENCE_MS = 3000;

/** A database connection that holds an advisory lock: whoever queries through it is the one holder. */
export class AdvisoryLease {
  #client: pg.Client | undefined;
  #lastQuery: Promise<unknown> = Promise.resolve();
  #isWanted = false;
  #onFirstGain: () => void = () => undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LeaseOptions) {}

  get isHeld(): boolean {
    return this.#client !== undefined;
  }

  /** Resolves when the lease is held, or after a while without it: then it goes on trying. */
  async start(): Promise<void> {
    this.#isWanted = true;
    const gained = new Promise<void>((resolve) => (this.#onFirstGain = resolve));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const outOfPatience = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await this.#tryOnce(FIRST_RETRY_MS);
    await Promise.race([gained, outOfPatience]);
    clearTimeout(timer);
  }

  /** Runs a query as the holder. */
  query<R extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    const turn = this.#lastQuery.then(async () => {
      if (this.#client === undefined) throw Object.assign(new Error('lease lost'), { code: 'ECONNRESET' });
      return (await this.#client.query<R>(sql, parameters)).rows;
    });
    this.#lastQuery = turn.catch(() => undefined);
    return turn;
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#onFirstGain();
    clearTimeout(this.#retryTimer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  /** Drops the connection at once. */
  cut(): void {
    this.#isWanted = false;
    this.#onFirstGain();
    clearTimeout(this.#retryTimer);
    if (this.#client !== undefined) cutConnection(this.#client);
    this.#client = undefined;
  }

  async #tryOnce(retryMs: number): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: `wattmesh ${this.options.name}`,
      // A delete lost with the server is made again: what was published twice counts once.
      options: '-c synchronous_commit=off',
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      const locked = await client.query<{ isLocked: boolean }>(
        `select pg_try_advisory_lock(hashtextextended($1, 0)) as "isLocked"`,
        [this.options.name],
      );
      if (locked.rows[0]?.isLocked === true && this.#isWanted) {
        this.#client = client;
        this.#onFirstGain();
        this.options.onGained();
        return;
      }
    } catch (error) {
      this.options.logger.warn({ err: error, lease: this.options.name }, 'the database is away: trying again');
    }
    await client.end().catch(() => undefined);
    this.#retryLater(retryMs);
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#retryLater(FIRST_RETRY_MS);
  }

  #retryLater(retryMs: number): void {
    if (!this.#isWanted) return;
    const nextMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    this.#retryTimer = setTimeout(() => void this.#tryOnce(nextMs), retryMs);
  }
}
