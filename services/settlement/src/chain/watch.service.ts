import { Injectable } from '@nestjs/common';
import { Metrics } from '@wattmesh/platform';
import { ForeignTransactionError } from './chain.errors.ts';
import { ChainLink, type Receipt } from './chain.link.ts';
import { FollowService, type Sighting } from './follow.service.ts';
import { TransactionEntity } from './transaction.entity.ts';
import { TransactionService } from './transaction.service.ts';
import { TransactionStore } from './transaction.store.ts';

/** Looks for this service's transactions on the chain. */
@Injectable()
export class WatchService {
  constructor(
    private readonly chain: ChainLink,
    private readonly signer: TransactionService,
    private readonly store: TransactionStore,
    private readonly books: FollowService,
    private readonly metrics: Metrics,
  ) {}

  /** Brings the books up to what the chain shows of every transaction that is not final. */
  async follow(): Promise<void> {
    for (const transaction of await this.store.open()) {
      const sighting = await this.sight(transaction);
      if (!this.books.isNews(sighting)) continue;
      const alarm = await this.store.asWriter((tx) => this.books.see(sighting, tx));
      if (alarm !== undefined) throw alarm;
    }
  }

  /**
   * Final transactions that a reorganisation deeper than the confirmations threw out or made revert, oldest first. The
   * newest one's block vouches for all before it; where it is gone, each is looked for until one stands where it stood.
   */
  async lost(): Promise<TransactionEntity[]> {
    const moved: { transaction: TransactionEntity; receipt: Receipt | undefined }[] = [];
    let transaction = await this.store.lastFinal();
    while (transaction !== null) {
      const receipt = await this.receiptOf(transaction);
      if (receipt?.blockHash === transaction.blockHash) break;
      moved.unshift({ transaction, receipt });
      transaction = await this.store.lastFinal(transaction.nonce);
    }
    if (moved.length > 0) this.metrics.counter('wattmesh_chain_deep_reorganisations_total', HELP).inc();
    const lost = moved.filter(({ receipt }) => receipt?.isSuccess !== true);
    if (lost.length === 0) await this.noteBlocks(moved);
    return lost.map((each) => each.transaction);
  }

  /** Every hash of the nonce counts; a nonce used up by none of them was used by somebody else. */
  private async sight(transaction: TransactionEntity): Promise<Sighting> {
    const used = await this.chain.nonceOf(this.signer.address);
    const headBlock = await this.chain.blockNumber();
    const receipt = await this.receiptOf(transaction);
    if (receipt !== undefined) return { transaction, receipt, headBlock };
    if (used > transaction.nonce) throw new ForeignTransactionError(transaction.nonce);
    return { transaction, headBlock };
  }

  private async receiptOf(transaction: TransactionEntity): Promise<Receipt | undefined> {
    for (const { hash } of await this.store.attempts(transaction)) {
      const receipt = await this.chain.receipt(hash);
      if (receipt !== undefined) return receipt;
    }
    return undefined;
  }

  private async noteBlocks(
    moved: readonly { transaction: TransactionEntity; receipt: Receipt | undefined }[],
  ): Promise<void> {
    for (const { transaction, receipt } of moved) {
      const { nonce } = transaction;
      await this.store.asWriter((tx) => tx.update(TransactionEntity, { nonce }, { blockHash: receipt!.blockHash }));
    }
  }
}

const HELP = 'Looks at the chain that found a final transaction in another block, or in none';
