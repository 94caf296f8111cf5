import { Injectable } from '@nestjs/common';
import { Effects } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { ChainRefusedError } from './chain.errors.ts';
import { ChainLink } from './chain.link.ts';
import type { AttemptEntity, TransactionEntity } from './transaction.entity.ts';
import { TransactionService } from './transaction.service.ts';
import { TransactionStore } from './transaction.store.ts';

const KNOWN =
  /already known|already imported|known transaction|nonce too low|nonce has already been used|replacement transaction underpriced/i;

/** Sends signed bytes. Sending again is free. */
@Injectable()
export class BroadcastService {
  constructor(
    private readonly chain: ChainLink,
    private readonly signer: TransactionService,
    private readonly store: TransactionStore,
    private readonly effects: Effects,
  ) {}

  /**
   * Sends every transaction that is not mined, in the order of nonces; a stuck one gets higher fees first. Returns whether
   * one of them was mined at once.
   */
  async sendOpen(): Promise<boolean> {
    let isMined = false;
    for (const transaction of await this.store.open()) {
      if (transaction.status !== 'signed') continue;
      const last = await this.newest(transaction);
      if (this.signer.isStuck(last)) await this.store.asWriter((tx) => this.bump(transaction, tx));
      const { hash } = await this.send(transaction);
      isMined = (await this.chain.receipt(hash)) !== undefined || isMined;
    }
    return isMined;
  }

  /** Sends a transaction's newest bytes. */
  async send(transaction: TransactionEntity): Promise<AttemptEntity> {
    const attempt = await this.newest(transaction);
    await this.effects.run('settlement.broadcast', () => this.broadcast(attempt.raw));
    return attempt;
  }

  /** Another writer may just have done it. */
  private async bump(transaction: TransactionEntity, tx: EntityManager): Promise<void> {
    const last = await this.newest(transaction, tx);
    if (this.signer.isStuck(last)) await this.signer.bump(transaction, last, tx);
  }

  private async newest(transaction: TransactionEntity, tx?: EntityManager): Promise<AttemptEntity> {
    return (await this.store.attempts(transaction, tx))[0]!;
  }

  private async broadcast(raw: string): Promise<void> {
    try {
      await this.chain.send(raw);
    } catch (error) {
      // The node has it already, or a block does: its receipt tells.
      if (error instanceof ChainRefusedError && KNOWN.test(error.reason)) return;
      throw error;
    }
  }
}
