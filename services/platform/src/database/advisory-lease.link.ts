import pg from 'pg';
import { cutConnection } from './data-source.ts';
import type { Logger } from '../service/logger.ts';

/** Wall times of a lease. */
export interface LeasePace {
  /** The server ends the holder's connection, and frees the lease, when it has heard nothing for so long. */
  idleMs: number;
  /** A living holder speaks at least this often; who waits asks as often. */
  pingMs: number;
}

/** What a lease holds and whom it tells. */
export interface LeaseOptions {
  url: string;
  /** Name of the lease: one holder in the whole database. */
  name: string;
  logger: Logger;
  pace?: LeasePace;
  /** Runs on the connection when the lock is taken, before anybody acts as the holder. */
  enter?: (client: pg.Client) => Promise<void>;
  /** Called whenever the lease was gained, again after a lost connection. */
  onGained: () => void;
  /** Called in the holder when who waits for the lease has told it something, and now and then, since a word may get lost. */
  onTold?: () => void;
}

const PACE: LeasePace = { idleMs: 6000, pingMs: 2000 };
const FIRST_RETRY_MS = 10;
const MAX_RETRY_MS = 1000;
/** The server needs a moment to see that a killed holder is gone; one that lives on keeps the lease. */
const PATIENCE_MS = 1000;
const CONNECT_MS = 5000;
/** A server silent for so long is given up: longer than the successor of a paused holder may have to wait. */
const SILENCE_MS = 12_000;

/**
 * A database connection that holds an advisory lock: whoever queries through it is the one holder. A holder that is paused
 * or cut off loses the lock by the server's own timeout.
 */
export class AdvisoryLease {
  readonly #pace: LeasePace;
  #client: pg.Client | undefined;
  #isHeld = false;
  #isWanted = false;
  #isAway = false;
  #attempt: Promise<void> | undefined;
  #lastQuery: Promise<unknown> = Promise.resolve();
  #isTelling = false;
  #onFirstGain: () => void = () => undefined;
  #retryMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LeaseOptions) {
    this.#pace = options.pace ?? PACE;
  }

  /** What was last known; `confirm` asks. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** True where another holds the lease, as far as was last known. */
  get isStandby(): boolean {
    return this.#client !== undefined && !this.#isHeld && this.#attempt === undefined;
  }

  /** Resolves when the lease is held, or after a while without it: then it goes on trying. */
  async start(): Promise<void> {
    this.#isWanted = true;
    const gained = new Promise<void>((resolve) => (this.#onFirstGain = resolve));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const outOfPatience = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await this.#try();
    await Promise.race([gained, outOfPatience]);
    clearTimeout(timer);
  }

  /**
   * Whether this is the holder, by a round trip to the server just now: who was paused learns here that another took over.
   * A lease that got lost is asked for at once, so that a holder without rival goes on.
   */
  async confirm(): Promise<boolean> {
    if (this.#isHeld && (await this.#isAnswered())) return true;
    if (this.#isWanted && (this.#client === undefined || this.#attempt !== undefined)) await this.#try();
    return this.#isHeld;
  }

  /** Runs a query as the holder. */
  query<R extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    const turn = this.#lastQuery.then(async () => {
      const client = this.#client;
      if (!this.#isHeld || client === undefined) throw Object.assign(new Error('lease lost'), { code: 'ECONNRESET' });
      const timer = setTimeout(() => cutConnection(client), SILENCE_MS);
      try {
        return (await client.query<R>(sql, parameters)).rows;
      } finally {
        clearTimeout(timer);
      }
    });
    this.#lastQuery = turn.catch(() => undefined);
    return turn;
  }

  /** Gives the holder a sign. Where none can be given now, the holder looks by itself before long. */
  tell(): void {
    const client = this.#client;
    if (!this.isStandby || client === undefined || this.#isTelling) return;
    this.#isTelling = true;
    // Whatever comes in this turn shares the sign.
    queueMicrotask(() => {
      this.#isTelling = false;
      client.query('select pg_notify($1, $2)', [this.options.name, '']).catch(() => this.#lost(client));
    });
  }

  async stop(): Promise<void> {
    const client = this.#leave();
    // A lock that is just being taken may wait for a predecessor's transaction.
    if (client !== undefined && this.#attempt !== undefined) cutConnection(client);
    await this.#attempt;
    await client?.end();
  }

  /** Drops the connection at once. */
  cut(): void {
    const client = this.#leave();
    if (client !== undefined) cutConnection(client);
  }

  #leave(): pg.Client | undefined {
    this.#isWanted = false;
    this.#onFirstGain();
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    this.#isHeld = false;
    return client;
  }

  async #isAnswered(): Promise<boolean> {
    try {
      await this.query('select 1');
      return this.#isHeld;
    } catch {
      if (this.#client !== undefined) this.#lost(this.#client);
      return false;
    }
  }

  #try(): Promise<void> {
    clearTimeout(this.#timer);
    this.#attempt ??= this.#takeLock().finally(() => {
      this.#attempt = undefined;
      if (this.#isWanted) this.#askLater();
    });
    return this.#attempt;
  }

  async #takeLock(): Promise<void> {
    let client = this.#client;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const connected = (client ??= await this.#connect());
      if (!this.#isWanted) return await client.end();
      this.#client = client;
      timer = setTimeout(() => cutConnection(connected), SILENCE_MS);
      const isLocked = await this.#lock(client);
      this.#noteAnswer();
      if (isLocked && this.#client === client) this.#hold();
    } catch (error) {
      if (client !== undefined) cutConnection(client);
      if (this.#client === client) this.#client = undefined;
      this.#noteOutage(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #lock(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ isLocked: boolean }>(
      `select pg_try_advisory_lock(hashtextextended($1, 0)) as "isLocked"`,
      [this.options.name],
    );
    const isLocked = rows[0]?.isLocked === true;
    if (!isLocked) return false;
    client.on('notification', () => this.#isHeld && this.options.onTold?.());
    await client.query(`listen ${client.escapeIdentifier(this.options.name)}`);
    await this.options.enter?.(client);
    return true;
  }

  #hold(): void {
    this.#isHeld = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#onFirstGain();
    this.options.onGained();
  }

  async #connect(): Promise<pg.Client> {
    const { idleMs } = this.#pace;
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: `wattmesh ${this.options.name}`,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      // The second is for a holder whose network is gone while the server still has something to tell it.
      options: `-c idle_session_timeout=${idleMs} -c tcp_user_timeout=${idleMs}`,
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.connect();
    return client;
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    cutConnection(client);
    this.#client = undefined;
    if (this.#isHeld) this.options.logger.warn({ lease: this.options.name }, 'the lease was lost: asking for it again');
    this.#isHeld = false;
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#isWanted) this.#askLater();
  }

  /** The holder speaks up, who waits asks: soon after something happened, then ever more rarely. */
  #askLater(): void {
    clearTimeout(this.#timer);
    const isHolding = this.#isHeld;
    const waitMs = isHolding ? this.#pace.pingMs : this.#retryMs;
    if (!isHolding) this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS, this.#pace.pingMs);
    this.#timer = setTimeout(() => void (isHolding ? this.#ping() : this.#try()), waitMs);
  }

  async #ping(): Promise<void> {
    await this.#isAnswered();
    if (!this.#isHeld) return;
    this.options.onTold?.();
    this.#askLater();
  }

  #noteOutage(error: unknown): void {
    if (this.#isAway || !this.#isWanted) return;
    this.#isAway = true;
    this.options.logger.warn({ err: error, lease: this.options.name }, 'the database is away: trying again');
  }

  #noteAnswer(): void {
    if (this.#isAway) this.options.logger.info({ lease: this.options.name }, 'the database answers again');
    this.#isAway = false;
  }
}
