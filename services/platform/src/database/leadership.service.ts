import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { AdvisoryLease } from './advisory-lease.link.ts';
import { DATABASE_OPTIONS } from './database-options.ts';
import type { DatabaseOptions } from './data-source.ts';
import { LeadershipLostError } from './leadership.errors.ts';
import { ServiceContext } from '../service/runtime.ts';

/** One time of leading, from gaining the lease to losing it. */
export interface Term {
  /**
   * Call it first in a transaction of a leader's work. It throws where another instance has led since; else no other
   * begins to lead before the transaction has ended. Not needed where row locks and keys make the work harmless anyway.
   */
  fence(tx: EntityManager): Promise<void>;
}

/**
 * Which of a service's instances leads: the holder of the service's one lease. The leader alone runs the loops and relays the
 * outbox; events and HTTP are handled by all. What a leader has to do, it finds in the database.
 */
@Injectable()
export class Leadership {
  readonly #lease: AdvisoryLease;
  readonly #onGained: (() => void)[] = [];
  readonly #onTold: (() => void)[] = [];
  #number = 0;

  constructor(
    private readonly service: ServiceContext,
    @Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions,
  ) {
    this.#lease = new AdvisoryLease({
      url: service.databaseUrl ?? '',
      name: `leader of ${options.schema}`,
      logger: service.logger,
      enter: (client) => this.#begin(client),
      onGained: () => this.#gained(),
      onTold: () => this.#onTold.forEach((callback) => callback()),
    });
    service.lifetime.onKill(() => this.#lease.cut());
  }

  /** As far as was last known: `ifLeading` asks the server. */
  get isLeading(): boolean {
    return this.#lease.isHeld;
  }

  /** True where another instance leads, as far as was last known. */
  get isStandby(): boolean {
    return this.#lease.isStandby;
  }

  start(): Promise<void> {
    return this.service.clock.track(this.#lease.start());
  }

  stop(): Promise<void> {
    return this.#lease.stop();
  }

  /** Called whenever this instance has begun to lead, its first time included: take over what is due. It must not throw. */
  onGained(callback: () => void): void {
    this.#onGained.push(callback);
  }

  /** Tells the leader, where that is another instance, that there is something to relay. */
  tell(): void {
    this.#lease.tell();
  }

  /** Called in the leader when another instance has told it so, and every few seconds by the wall. */
  onTold(callback: () => void): void {
    this.#onTold.push(callback);
  }

  /**
   * Runs the work only where this instance leads, confirmed by a round trip right before: an instance that was paused
   * has timers that fire before it sees that it was replaced.
   */
  async ifLeading(work: (term: Term) => Promise<void>): Promise<void> {
    if (!(await this.#lease.confirm())) return;
    const { schema } = this.options;
    try {
      await work(termOf(schema, this.#number));
    } catch (error) {
      if (!(error instanceof LeadershipLostError)) throw error;
      this.service.logger.warn({ schema }, 'leadership was lost in the middle of work: the new leader does it');
    }
  }

  /** Runs a query as the leader, on the connection that holds the lease; fails where this is not the leader. */
  query<R extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return this.#lease.query<R>(sql, parameters);
  }

  /** Waits for fenced transactions of the predecessor, which the server ends when they stand still. */
  async #begin(client: pg.Client): Promise<void> {
    const sql = `update ${this.options.schema}.leadership set term = term + 1 returning term`;
    const { rows } = await client.query<{ term: string }>(sql);
    this.#number = Number(rows[0]?.term);
    // From here the relay deletes what is published: a delete lost with the server is made again, and counts once.
    await client.query('set synchronous_commit = off');
  }

  #gained(): void {
    this.service.logger.info({ schema: this.options.schema, term: this.#number }, 'this instance leads');
    for (const callback of this.#onGained) callback();
  }
}

function termOf(schema: string, number: number): Term {
  return {
    async fence(tx) {
      const sql = `select term from ${schema}.leadership where term = $1 for share`;
      const rows: unknown[] = await tx.query(sql, [number]);
      if (rows.length === 0) throw new LeadershipLostError(schema);
    },
  };
}
