import { Injectable } from '@nestjs/common';
import { IntervalCleared, type CommunityConfigured } from '@wattmesh/events';
import { Clock } from '@wattmesh/platform/clock';
import { Outbox } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { hashCanonicalJson } from '../metering/hash-canonical-json.ts';
import { priceAtInterval } from '../tariff/price-at-interval.ts';
import type { ChosenMeterings } from './choose-meterings.ts';
import { clearInterval } from './clear-interval.ts';
import { ClearingEntity, type IntervalTerms } from './clearing.entity.ts';
import { IntervalStore } from './interval.store.ts';

/** An interval to clear with the meterings chosen for it. */
export interface ClearingJob {
  readonly config: CommunityConfigured;
  readonly intervalStart: string;
  readonly chosen: ChosenMeterings;
}

@Injectable()
export class ClearingService {
  constructor(
    private readonly outbox: Outbox,
    private readonly store: IntervalStore,
    private readonly clock: Clock,
  ) {}

  /** Clears the next run of an interval: preliminary, then final, then corrections. Each run is saved and published once. */
  async clearNextRun(job: ClearingJob, tx: EntityManager): Promise<void> {
    const { communityId } = job.config;
    const last = await this.lastRun({ communityId, intervalStart: job.intervalStart }, tx);
    const runNumber = last === null ? 0 : last.runNumber + 1;
    const terms = last?.terms ?? termsOf(job.config, job.intervalStart);
    const cleared = await this.clear(job, { run: runOf(runNumber), terms }, tx);
    await tx.insert(ClearingEntity, { communityId, intervalStart: job.intervalStart, runNumber, terms, cleared });
    await this.outbox.publish(tx, IntervalCleared, cleared);
  }

  lastRun(interval: { communityId: string; intervalStart: string }, tx: EntityManager): Promise<ClearingEntity | null> {
    return tx.findOne(ClearingEntity, { where: interval, order: { runNumber: 'DESC' } });
  }

  private async clear(
    job: ClearingJob,
    run: { run: string; terms: IntervalTerms },
    tx: EntityManager,
  ): Promise<IntervalCleared> {
    const { config, intervalStart, chosen } = job;
    const { communityId, supplierMemberId, residualMemberId } = config;
    const { mandates, orders } = await this.store.standingOrders({ communityId, intervalStart }, tx);
    const { price, lossPct, tariffHash } = run.terms;
    const outcome = clearInterval({
      supplierMemberId,
      residualMemberId,
      lossPct,
      memberIds: await this.store.memberIds(communityId, tx),
      meterings: chosen.meterings,
      mandates,
      orders,
      price,
    });
    const ordersHash = hashCanonicalJson(
      orders.map(({ orderId, memberId, side, limitMicroPerKwh, mandateHash }) => ({
        orderId,
        memberId,
        side,
        limitMicroPerKwh,
        mandateHash,
      })),
    );
    return {
      communityId,
      intervalStart,
      run: run.run,
      closedAt: this.clock.nowIso(),
      inputs: { meterings: chosen.used.map((used) => ({ ...used })), ordersHash, tariffHash },
      retailMicroPerKwh: price.retailMicroPerKwh,
      feedInMicroPerKwh: price.feedInMicroPerKwh,
      ...outcome,
    };
  }
}

function termsOf(config: CommunityConfigured, intervalStart: string): IntervalTerms {
  return {
    price: priceAtInterval(config.tariff, { intervalStart, timeZone: config.timeZone }),
    lossPct: config.feeder.lossPct,
    tariffHash: hashCanonicalJson(config.tariff),
  };
}

function runOf(runNumber: number): string {
  if (runNumber === 0) return 'preliminary';
  return runNumber === 1 ? 'final' : `correction-${runNumber - 1}`;
}
