import { Injectable } from '@nestjs/common';
import type { CommunityConfigured } from '@wattmesh/events';
import type { EntityManager } from 'typeorm';
import { CommunityEntity } from '../registry/registry.entity.ts';
import { ChainAwayError } from './chain.errors.ts';
import { contractErrorOf, UNFIT_ERRORS, WAIT_ERRORS } from './contract.link.ts';
import { PlanService, type PlannedCall } from './plan.service.ts';
import type { TransactionEntity } from './transaction.entity.ts';
import { TransactionService } from './transaction.service.ts';
import { TransactionStore } from './transaction.store.ts';

/** A call with the gas it needs; without gas it changes the books alone. */
interface ReadyCall {
  readonly call: PlannedCall;
  readonly gas?: number;
}

/** Signs one call at a time, since gas can be estimated only on top of what is mined. */
@Injectable()
export class NextCallService {
  constructor(
    private readonly planner: PlanService,
    private readonly signer: TransactionService,
    private readonly store: TransactionStore,
  ) {}

  /**
   * Signs the next call of the first community that has one, in turn. A community whose call fails holds up no other: its
   * failure is noted. Returns whether something was signed or booked.
   */
  async sign(failures: Map<string, unknown>): Promise<boolean> {
    const last = await this.store.last(this.store.database);
    if (last?.status === 'signed') return false;
    for (const config of await this.inTurn(last?.communityId)) {
      try {
        const ready = (await this.executable(config)) ?? (await this.callable(config));
        if (ready !== undefined) return await this.write(ready, config, last);
      } catch (error) {
        if (error instanceof ChainAwayError) throw error;
        if (await this.isOvertaken(last, this.store.database)) return false;
        failures.set(config.communityId, error);
      }
    }
    return false;
  }

  /** All communities, those after the one that had the last turn first. */
  private async inTurn(lastCommunityId = ''): Promise<CommunityConfigured[]> {
    const known = await this.store.database.find(CommunityEntity, { order: { communityId: 'ASC' } });
    const configs = known.map(({ config }) => config);
    const first = configs.findIndex(({ communityId }) => communityId > lastCommunityId);
    return first === -1 ? configs : [...configs.slice(first), ...configs.slice(0, first)];
  }

  /** What was read outside the transaction is written only where no other writer came in between. */
  private async write(ready: ReadyCall, config: CommunityConfigured, last: TransactionEntity | null): Promise<boolean> {
    const isWritten = await this.store.asWriter(async (tx) => {
      if (await this.isOvertaken(last, tx)) return false;
      if (ready.gas === undefined) await this.signer.keepPeriod(ready.call.period!, tx);
      else await this.signer.sign(ready.call, { gas: ready.gas, chainId: config.chain.chainId }, tx);
      return true;
    });
    return isWritten ?? false;
  }

  /** Whether another writer has been at work since: what was planned meanwhile is out of date. */
  private async isOvertaken(last: TransactionEntity | null, tx: EntityManager): Promise<boolean> {
    const newest = await this.store.last(tx);
    return newest?.nonce !== last?.nonce || newest?.status !== last?.status;
  }

  /** Anyone may execute a period; one that somebody else executed is done. One that has become impossible is taken back. */
  private async executable(config: CommunityConfigured): Promise<ReadyCall | undefined> {
    const call = await this.planner.execution(config, this.store.database);
    if (call === undefined) return undefined;
    try {
      return { call, gas: await this.signer.estimate(call) };
    } catch (error) {
      const name = contractErrorOf(error);
      if (name !== undefined && WAIT_ERRORS.has(name)) return undefined;
      if (name === 'Settlement__WrongSequence' && (await this.planner.isExecuted(config, call))) return { call };
      if (name === undefined || !UNFIT_ERRORS.has(name)) throw error;
      const revocation = this.planner.revocation(config, call);
      return { call: revocation, gas: await this.signer.estimate(revocation) };
    }
  }

  /** A period without any amount is closed in the books alone. */
  private async callable(config: CommunityConfigured): Promise<ReadyCall | undefined> {
    const call = await this.planner.next(config, this.store.database);
    if (call === undefined || call.period?.state === 'empty') return call === undefined ? undefined : { call };
    try {
      return { call, gas: await this.signer.estimate(call) };
    } catch (error) {
      if (WAIT_ERRORS.has(contractErrorOf(error) ?? '')) return undefined;
      throw error;
    }
  }
}
