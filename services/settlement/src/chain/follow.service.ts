import { Injectable } from '@nestjs/common';
import { BatchConfirmed } from '@wattmesh/events';
import { Clock } from '@wattmesh/platform/clock';
import { Outbox } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { PeriodEntity } from '../netting/period.entity.ts';
import { SettlementConfig } from '../settlement.config.ts';
import { TransactionRevertedError } from './chain.errors.ts';
import type { Receipt } from './chain.link.ts';
import { TransactionService } from './transaction.service.ts';
import { TransactionEntity } from './transaction.entity.ts';

/** What the chain says of one nonce. */
export interface Sighting {
  readonly transaction: TransactionEntity;
  readonly receipt?: Receipt;
  readonly headBlock: number;
}

/** Books what the chain shows: soft at the first receipt, final after the confirmations, back to signed after a reorganisation. */
@Injectable()
export class FollowService {
  constructor(
    private readonly outbox: Outbox,
    private readonly config: SettlementConfig,
    private readonly clock: Clock,
    private readonly transactions: TransactionService,
  ) {}

  /** Whether the books are behind what the chain shows. */
  isNews({ transaction, receipt, headBlock }: Sighting): boolean {
    if (receipt === undefined) return transaction.status === 'mined';
    return transaction.status === 'signed' || this.isFinal(receipt, headBlock);
  }

  /** Returns the alarm to raise once the books are committed, if there is one. */
  async see(sighting: Sighting, tx: EntityManager): Promise<TransactionRevertedError | undefined> {
    const { receipt, headBlock } = sighting;
    const transaction = await tx.findOneByOrFail(TransactionEntity, { nonce: sighting.transaction.nonce });
    if (transaction.status === 'final' || transaction.status === 'reverted') return undefined;
    if (receipt === undefined) {
      await tx.update(TransactionEntity, { nonce: transaction.nonce }, { status: 'signed' });
      return undefined;
    }
    const isFinal = this.isFinal(receipt, headBlock);
    if (!receipt.isSuccess) return this.revert(transaction, isFinal, tx);
    if (!transaction.isAnnounced) await this.announce(transaction, { receipt, finality: 'soft' }, tx);
    if (isFinal) await this.announce(transaction, { receipt, finality: 'final' }, tx);
    await tx.update(
      TransactionEntity,
      { nonce: transaction.nonce },
      { status: isFinal ? 'final' : 'mined', isAnnounced: true, blockHash: isFinal ? receipt.blockHash : null },
    );
    return undefined;
  }

  private isFinal(receipt: Receipt, headBlock: number): boolean {
    return headBlock - receipt.blockNumber + 1 >= this.config.SETTLEMENT_CONFIRMATIONS;
  }

  private async revert(
    transaction: TransactionEntity,
    isFinal: boolean,
    tx: EntityManager,
  ): Promise<TransactionRevertedError | undefined> {
    if (!isFinal) return undefined;
    await tx.update(TransactionEntity, { nonce: transaction.nonce }, { status: 'reverted' });
    await this.transactions.unbook(transaction, tx);
    return new TransactionRevertedError(transaction.nonce, transaction.purpose.kind);
  }

  private async announce(
    transaction: TransactionEntity,
    seen: { receipt: Receipt; finality: 'soft' | 'final' },
    tx: EntityManager,
  ): Promise<void> {
    const { communityId, purpose } = transaction;
    const { receipt, finality } = seen;
    const place = {
      communityId,
      transactionHash: receipt.hash,
      blockNumber: receipt.blockNumber,
      confirmedAt: this.clock.nowIso(),
      finality,
    };
    if (purpose.kind === 'commit') {
      const shares = gasShares(receipt.gasUsed, purpose.runs.length);
      const batches = purpose.runs.map(({ intervalStart, run }, index) => ({
        ...place,
        kind: 'commit' as const,
        intervalStart,
        run,
        intervalCount: 1,
        gasUsed: shares[index]!,
      }));
      await this.outbox.publish(tx, BatchConfirmed, batches);
      return;
    }
    if (purpose.kind === 'revoke') return;
    const period = await tx.findOneByOrFail(PeriodEntity, { communityId, periodStart: purpose.periodStart });
    if (purpose.kind === 'open') {
      await tx.update(PeriodEntity, { communityId, periodStart: purpose.periodStart }, { openGas: receipt.gasUsed });
      return;
    }
    const gasUsed = receipt.gasUsed + period.openGas;
    await this.outbox.publish(tx, BatchConfirmed, {
      ...place,
      kind: 'execute',
      intervalStart: purpose.periodStart,
      intervalCount: period.intervalCount,
      gasUsed,
    });
  }
}

/** Gas of one transaction shared out over its headers, so that the shares sum to it. */
function gasShares(gasUsed: number, count: number): number[] {
  const each = Math.floor(gasUsed / count);
  return Array.from({ length: count }, (_, index) => each + (index < gasUsed - each * count ? 1 : 0));
}
