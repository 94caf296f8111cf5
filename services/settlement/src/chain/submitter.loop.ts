import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { CommunityConfigured } from '@wattmesh/events';
import { Effects } from '@wattmesh/platform';
import { Clock, type Cancel } from '@wattmesh/platform/clock';
import { PeriodEntity } from '../netting/period.entity.ts';
import { CommunityEntity } from '../registry/registry.entity.ts';
import { SettlementConfig } from '../settlement.config.ts';
import { ChainRefusedError, ForeignTransactionError } from './chain.errors.ts';
import { contractErrorOf, UNFIT_ERRORS, WAIT_ERRORS } from './contract.link.ts';
import type { Sighting } from './follow.service.ts';
import type { PlannedCall } from './plan.service.ts';
import { SubmitterParts } from './submitter-parts.service.ts';
import type { TransactionEntity } from './transaction.entity.ts';
import { TransactionStore } from './transaction.store.ts';

const ROUNDS_PER_TICK = 8;
const KNOWN =
  /already known|already imported|known transaction|nonce too low|nonce has already been used|replacement transaction underpriced/i;

/**
 * The one writer to the chain. Each tick: see what the chain shows, plan and sign what comes next in one database
 * transaction, then send every transaction that is not mined, in the order of nonces. Sending again is free.
 */
@Injectable()
export class SubmitterLoop implements OnApplicationBootstrap, OnApplicationShutdown {
  private cancel: Cancel | undefined;

  constructor(
    private readonly parts: SubmitterParts,
    private readonly store: TransactionStore,
    private readonly effects: Effects,
    private readonly config: SettlementConfig,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.cancel = this.clock.every({ name: 'settlement.chain', periodS: this.config.SETTLEMENT_CHAIN_PERIOD_S }, () =>
      this.tick(),
    );
  }

  onApplicationShutdown(): void {
    this.cancel?.();
  }

  /** Goes on while a chain that mines at once lets it. */
  async tick(): Promise<void> {
    for (let round = 0; round < ROUNDS_PER_TICK; round += 1) {
      await this.follow();
      const isPlanned = await this.plan();
      const isSent = await this.send();
      if (!isPlanned && !isSent) return;
    }
  }

  private async follow(): Promise<void> {
    for (const transaction of await this.store.open()) {
      const sighting = await this.sight(transaction);
      if (!this.parts.follow.isNews(sighting)) continue;
      const alarm = await this.store.asWriter((tx) => this.parts.follow.see(sighting, tx));
      if (alarm !== undefined) throw alarm;
    }
  }

  /** Every hash of the nonce counts; a nonce used up by none of them was used by somebody else. */
  private async sight(transaction: TransactionEntity): Promise<Sighting> {
    const used = await this.parts.chain.nonceOf(this.parts.signer.address);
    const headBlock = await this.parts.chain.blockNumber();
    for (const { hash } of await this.store.attempts(transaction)) {
      const receipt = await this.parts.chain.receipt(hash);
      if (receipt !== undefined) return { transaction, receipt, headBlock };
    }
    if (used > transaction.nonce) throw new ForeignTransactionError(transaction.nonce);
    return { transaction, headBlock };
  }

  /**
   * Plans one call at a time: gas can be estimated only on top of what is mined. What was read outside the transaction is
   * written only where no other writer came in between. Returns whether something was planned.
   */
  private async plan(): Promise<boolean> {
    const last = await this.store.last(this.store.database);
    if (last?.status === 'signed') return false;
    for (const { config } of await this.store.database.find(CommunityEntity, { order: { communityId: 'ASC' } })) {
      const ready = (await this.executable(config)) ?? (await this.callable(config));
      if (ready === undefined) continue;
      const isWritten = await this.store.asWriter(async (tx) => {
        if ((await this.store.last(tx))?.nonce !== last?.nonce) return false;
        if (ready.gas === undefined) await tx.save(PeriodEntity, ready.call.period!);
        else await this.parts.signer.sign(ready.call, { gas: ready.gas, chainId: config.chain.chainId }, tx);
        return true;
      });
      return isWritten ?? false;
    }
    return false;
  }

  /** Anyone may execute a period; one that somebody else executed is done. One that has become impossible is taken back. */
  private async executable(config: CommunityConfigured): Promise<{ call: PlannedCall; gas?: number } | undefined> {
    const call = await this.parts.planner.execution(config, this.store.database);
    if (call === undefined) return undefined;
    try {
      return { call, gas: await this.parts.signer.estimate(call) };
    } catch (error) {
      const name = contractErrorOf(error);
      if (name !== undefined && WAIT_ERRORS.has(name)) return undefined;
      if (name === 'Settlement__WrongSequence' && (await this.parts.planner.isExecuted(config, call))) return { call };
      if (name === undefined || !UNFIT_ERRORS.has(name)) throw error;
      const revocation = this.parts.planner.revocation(config, call);
      return { call: revocation, gas: await this.parts.signer.estimate(revocation) };
    }
  }

  /** A period without any amount is closed in the books alone. */
  private async callable(config: CommunityConfigured): Promise<{ call: PlannedCall; gas?: number } | undefined> {
    const call = await this.parts.planner.next(config, this.store.database);
    if (call === undefined || call.period?.state === 'empty') return call === undefined ? undefined : { call };
    try {
      return { call, gas: await this.parts.signer.estimate(call) };
    } catch (error) {
      if (WAIT_ERRORS.has(contractErrorOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** Sends the newest bytes of every transaction that is not mined; a stuck one gets higher fees first. */
  private async send(): Promise<boolean> {
    const open = await this.store.open();
    let isSent = false;
    for (const transaction of open.filter((each) => each.status === 'signed')) {
      await this.bumpIfStuck(transaction);
      const attempt = (await this.store.attempts(transaction))[0]!;
      await this.effects.run('settlement.broadcast', () => this.broadcast(attempt.raw));
      isSent = (await this.parts.chain.receipt(attempt.hash)) !== undefined || isSent;
    }
    return isSent;
  }

  private async bumpIfStuck(transaction: TransactionEntity): Promise<void> {
    const last = (await this.store.attempts(transaction))[0]!;
    const ageS = (this.clock.now() - Date.parse(last.signedAt)) / 1000;
    const patienceS = Math.max(
      this.config.SETTLEMENT_BUMP_AFTER_S,
      this.clock.expiryS(this.config.SETTLEMENT_CHAIN_PERIOD_S),
    );
    if (ageS > patienceS) await this.store.asWriter((tx) => this.parts.signer.bump(transaction, last, tx));
  }

  private async broadcast(raw: string): Promise<void> {
    try {
      await this.parts.chain.send(raw);
    } catch (error) {
      // The node has it already, or a block does: its receipt tells.
      if (error instanceof ChainRefusedError && KNOWN.test(error.reason)) return;
      throw error;
    }
  }
}
