import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { isOutage } from '../consumer/is-outage.ts';
import { ConnectionLostError, OutsideTransactionError } from './database.errors.ts';
import { CrashError } from '../service/effects.ts';
import { OutboxRelay } from './outbox.relay.ts';
import { ServiceContext } from '../service/runtime.ts';

const ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 5;
/** SQLSTATE of work that the database, or the work itself, wants to be done again from the beginning. */
export const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/** Runs work in transactions. The commit is a durable effect; what the work put in the outbox leaves after it. */
@Injectable()
export class Transactions {
  /** Open transactions, and whether each has put something in the outbox. */
  readonly #open = new WeakMap<QueryRunner, { hasEvents: boolean }>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly service: ServiceContext,
    private readonly relay: OutboxRelay,
  ) {}

  /** The work runs again where the database could not serialise it: it must have no effect but on the transaction. */
  run<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.service.clock.track(this.service.lifetime.untilKilled(this.#withRetry(work)));
  }

  /** Notes that a transaction has put events in the outbox. Throws where the manager belongs to no open transaction. */
  noteEvents(tx: EntityManager): void {
    const open = tx.queryRunner === undefined ? undefined : this.#open.get(tx.queryRunner);
    if (open === undefined) throw new OutsideTransactionError();
    open.hasEvents = true;
  }

  async #withRetry<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isConflict(error)) throw error;
        await wallPause(FIRST_BACKOFF_MS * 2 ** attempt);
      }
    }
  }

  async #once<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    this.service.lifetime.assertAlive();
    const runner = this.dataSource.createQueryRunner();
    const open = { hasEvents: false };
    try {
      await runner.startTransaction();
      this.#open.set(runner, open);
      const outcome = await work(runner.manager);
      await this.#commit(runner, open);
      return outcome;
    } catch (error) {
      // The pool gives a connection up by itself when it breaks: whatever the work noticed of it, that was the cause.
      const isLost = runner.isReleased && !(error instanceof CrashError) && !isOutage(error);
      await this.#rollBack(runner, error);
      throw isLost ? new ConnectionLostError({ cause: error }) : error;
    } finally {
      this.#open.delete(runner);
      await runner.release();
    }
  }

  async #commit(runner: QueryRunner, open: { hasEvents: boolean }): Promise<void> {
    try {
      await this.service.effects.run(`${this.relay.schema}.commit`, () => runner.commitTransaction());
    } finally {
      // Also where no answer came: the server may have committed, and no later transaction would publish these events.
      if (open.hasEvents) this.relay.kick();
    }
  }

  async #rollBack(runner: QueryRunner, cause: unknown): Promise<void> {
    // The connection of a dead service is cut: the server rolls back by itself.
    if (cause instanceof CrashError || !this.service.lifetime.isAlive) return;
    if (runner.isReleased || !runner.isTransactionActive) return;
    try {
      if (isUnanswered(cause)) throw cause;
      await runner.rollbackTransaction();
    } catch (error) {
      if (error !== cause) this.service.logger.warn({ err: error }, 'rollback failed: the connection is given up');
      await giveUp(runner, error);
    }
  }
}

/**
 * Takes the connection out of the pool: it may still be inside the transaction, which the next to get it would commit. Only
 * the driver's own method can; where there is no connection there is nothing to give up.
 */
async function giveUp(runner: QueryRunner, error: unknown): Promise<void> {
  const driver = runner as unknown as { releasePostgresConnection(error: unknown): Promise<void> };
  await driver.releasePostgresConnection(error);
}

/** Nothing sent on the connection after this would be answered either. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Error && /query read timeout/i.test(error.message);
}

function isConflict(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
}

function wallPause(wallMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wallMs));
}
