import { Injectable } from '@nestjs/common';
import { Transactions } from '@wattmesh/platform/database';
import { EntityManager, In, LessThan } from 'typeorm';
import { AttemptEntity, TransactionEntity } from './transaction.entity.ts';

const LOCK = 'settlement chain writer';

/** Transactions and their attempts; whoever writes them holds one advisory lock. */
@Injectable()
export class TransactionStore {
  constructor(
    readonly database: EntityManager,
    private readonly transactions: Transactions,
  ) {}

  /** Non-final transactions in the order of their nonces. */
  open(): Promise<TransactionEntity[]> {
    return this.database.find(TransactionEntity, {
      where: { status: In(['signed', 'mined']) },
      order: { nonce: 'ASC' },
    });
  }

  last(tx: EntityManager): Promise<TransactionEntity | null> {
    return tx.findOne(TransactionEntity, { where: {}, order: { nonce: 'DESC' } });
  }

  /** The newest final transaction, of those before a nonce where one is given. */
  lastFinal(beforeNonce?: number): Promise<TransactionEntity | null> {
    return this.database.findOne(TransactionEntity, {
      where: { status: 'final', ...(beforeNonce === undefined ? {} : { nonce: LessThan(beforeNonce) }) },
      order: { nonce: 'DESC' },
    });
  }

  /** Newest first. */
  attempts(transaction: TransactionEntity, tx = this.database): Promise<AttemptEntity[]> {
    return tx.find(AttemptEntity, { where: { nonce: transaction.nonce }, order: { attemptNumber: 'DESC' } });
  }

  /** Undefined where another process writes just now. */
  asWriter<T>(work: (tx: EntityManager) => Promise<T>): Promise<T | undefined> {
    return this.transactions.run(async (tx) => {
      const [lock] = (await tx.query('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "isHeld"', [
        LOCK,
      ])) as { isHeld: boolean }[];
      return lock?.isHeld === true ? work(tx) : undefined;
    });
  }
}
