import { Injectable } from '@nestjs/common';
import { Clock } from '@wattmesh/platform/clock';
import { Transaction, Wallet } from 'ethers';
import { MoreThanOrEqual, type EntityManager } from 'typeorm';
import { BookedRunEntity } from '../ledger/ledger.entity.ts';
import { PeriodEntity } from '../netting/period.entity.ts';
import { SettlementConfig } from '../settlement.config.ts';
import { bumpFees, type Fees } from './bump-fees.ts';
import { ChainLink } from './chain.link.ts';
import type { PlannedCall } from './plan.service.ts';
import { AttemptEntity, TransactionEntity } from './transaction.entity.ts';

const GAS_MARGIN_PCT = 25;

/** Signs planned calls: nonce, raw bytes and the books' change are stored in the caller's transaction, before any is sent. */
@Injectable()
export class TransactionService {
  private readonly wallet: Wallet;

  constructor(
    private readonly chain: ChainLink,
    private readonly config: SettlementConfig,
    private readonly clock: Clock,
  ) {
    this.wallet = new Wallet(config.SETTLEMENT_OPERATOR_KEY);
  }

  get address(): string {
    return this.wallet.address;
  }

  /** Gas that the call needs now; throws a ChainRefusedError where the contract would revert it. */
  estimate(call: PlannedCall): Promise<number> {
    return this.chain.estimateGas({ from: this.address, to: call.to, data: call.calldata });
  }

  async sign(call: PlannedCall, terms: { gas: number; chainId: number }, tx: EntityManager): Promise<void> {
    const transaction = {
      nonce: await this.nextNonce(tx),
      communityId: call.communityId,
      purpose: call.purpose,
      toAddress: call.to,
      calldata: call.calldata,
      chainId: terms.chainId,
      gasLimit: Math.ceil((terms.gas * (100 + GAS_MARGIN_PCT)) / 100),
      status: 'signed' as const,
      isAnnounced: false,
      blockHash: null,
    };
    await tx.insert(TransactionEntity, transaction);
    const fees = {
      maxFeeWei: this.config.SETTLEMENT_MAX_FEE_WEI,
      priorityFeeWei: this.config.SETTLEMENT_PRIORITY_FEE_WEI,
    };
    await this.attempt(transaction, { fees, attemptNumber: 0 }, tx);
    await this.book(call, transaction.nonce, tx);
  }

  isStuck(last: AttemptEntity): boolean {
    const ageS = (this.clock.now() - Date.parse(last.signedAt)) / 1000;
    const { SETTLEMENT_BUMP_AFTER_S: patienceS, SETTLEMENT_CHAIN_PERIOD_S: periodS } = this.config;
    return ageS > Math.max(patienceS, this.clock.expiryS(periodS));
  }

  /** Signs a stuck transaction again: same nonce, same calldata, higher fees. */
  async bump(transaction: TransactionEntity, last: AttemptEntity, tx: EntityManager): Promise<void> {
    const factor = this.config.SETTLEMENT_FEE_CAP_FACTOR;
    const cap = {
      maxFeeWei: this.config.SETTLEMENT_MAX_FEE_WEI * factor,
      priorityFeeWei: this.config.SETTLEMENT_PRIORITY_FEE_WEI * factor,
    };
    const fees = bumpFees(last, cap);
    if (fees !== undefined) await this.attempt(transaction, { fees, attemptNumber: last.attemptNumber + 1 }, tx);
  }

  /** Takes back what a reverted transaction had planned. */
  async unbook(transaction: TransactionEntity, tx: EntityManager): Promise<void> {
    const { communityId, purpose, nonce } = transaction;
    if (purpose.kind === 'commit') {
      await tx.update(BookedRunEntity, { communityId, commitNonce: nonce }, { commitNonce: null });
    } else if (purpose.kind !== 'revoke') {
      const state = purpose.kind === 'open' ? 'complete' : 'open';
      await tx.update(PeriodEntity, { communityId, periodStart: purpose.periodStart }, { state });
    }
  }

  /** What was planned of a period, and nothing else: what the chain showed meanwhile stays. */
  async keepPeriod(period: PeriodEntity, tx: EntityManager): Promise<void> {
    const { communityId, periodStart, state, seq, lanes, carriedMicro, packed } = period;
    await tx.update(PeriodEntity, { communityId, periodStart }, { state, seq, lanes, carriedMicro, packed });
  }

  private async nextNonce(tx: EntityManager): Promise<number> {
    const last = await tx.findOne(TransactionEntity, { where: {}, order: { nonce: 'DESC' } });
    const used = await this.chain.nonceOf(this.address);
    return last === null ? used : Math.max(last.nonce + 1, used);
  }

  private async attempt(
    transaction: Pick<TransactionEntity, 'nonce' | 'toAddress' | 'calldata' | 'chainId' | 'gasLimit'>,
    attempt: { fees: Fees; attemptNumber: number },
    tx: EntityManager,
  ): Promise<void> {
    const { nonce, toAddress, calldata, chainId, gasLimit } = transaction;
    const { maxFeeWei, priorityFeeWei } = attempt.fees;
    const raw = await this.wallet.signTransaction({
      type: 2,
      chainId,
      nonce,
      to: toAddress,
      data: calldata,
      value: 0,
      gasLimit,
      maxFeePerGas: maxFeeWei,
      maxPriorityFeePerGas: priorityFeeWei,
    });
    const hash = Transaction.from(raw).hash!;
    const signedAt = this.clock.nowIso();
    await tx.insert(AttemptEntity, {
      hash,
      nonce,
      attemptNumber: attempt.attemptNumber,
      raw,
      maxFeeWei,
      priorityFeeWei,
      signedAt,
    });
  }

  private async book(call: PlannedCall, nonce: number, tx: EntityManager): Promise<void> {
    const { communityId, purpose, period } = call;
    if (purpose.kind === 'commit') {
      for (const { intervalStart, runNumber } of purpose.runs) {
        await tx.update(BookedRunEntity, { communityId, intervalStart, runNumber }, { commitNonce: nonce });
      }
    }
    if (period !== undefined) await this.keepPeriod(period, tx);
    if (purpose.kind === 'revoke') await this.reopen(communityId, purpose.periodStart, tx);
  }

  private async reopen(communityId: string, periodStart: string, tx: EntityManager): Promise<void> {
    await tx.update(
      PeriodEntity,
      { communityId, state: 'open', periodStart: MoreThanOrEqual(periodStart) },
      { state: 'complete', seq: null, packed: null, lanes: {}, carriedMicro: {} },
    );
  }
}
