import { Injectable } from '@nestjs/common';
import type { IntervalMetered } from '@wattmesh/events';
import { Clock, INTERVAL_MS } from '@wattmesh/platform/clock';
import { Transactions } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { CommunityEntity } from '../registry/registry.entity.ts';
import { RegistryService } from '../registry/registry.service.ts';
import type { ChosenMeterings } from './choose-meterings.ts';
import { ClearingEntity, CorrectionDueEntity } from './clearing.entity.ts';
import { ClearingService } from './clearing.service.ts';
import { GRACE_MS, IntervalStore } from './interval.store.ts';
import { measureResidual } from './measure-residual.ts';

/**
 * Decides when an interval closes: all settling meters in, or five minutes after its end. Older intervals close first. Whatever
 * instances take a community's meterings, they do it one after the other: each waits for the community's row.
 */
@Injectable()
export class CloserService {
  constructor(
    private readonly transactions: Transactions,
    private readonly registry: RegistryService,
    private readonly store: IntervalStore,
    private readonly clearing: ClearingService,
    private readonly clock: Clock,
  ) {}

  /** Closes what the given meterings have completed, and notes the intervals that they change after the final run. */
  async take(communityId: string, meterings: readonly IntervalMetered[], tx: EntityManager): Promise<void> {
    const community = await this.registry.lock(communityId, tx);
    await this.noteCorrections(community, meterings, tx);
    await this.close(community, { isDeadline: false }, tx);
  }

  /** Closes what is overdue with what is there. */
  async closeOverdue(communityId: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const community = await this.registry.lock(communityId, tx);
      await this.close(community, { isDeadline: true }, tx);
    });
  }

  private async close(community: CommunityEntity, timing: { isDeadline: boolean }, tx: EntityManager): Promise<void> {
    let nextMs = Date.parse(community.nextIntervalStart);
    while (await this.closePreliminary(community, { startMs: nextMs, ...timing }, tx)) {
      nextMs += INTERVAL_MS;
      if (this.isPeriodEnd(community, nextMs)) await this.closeFinal(community, nextMs, tx);
    }
    const nextIntervalStart = new Date(nextMs).toISOString();
    if (nextIntervalStart !== community.nextIntervalStart) {
      await tx.update(CommunityEntity, { communityId: community.communityId }, { nextIntervalStart });
    }
    await this.correct(community, timing, tx);
  }

  private async closePreliminary(
    community: CommunityEntity,
    interval: { startMs: number; isDeadline: boolean },
    tx: EntityManager,
  ): Promise<boolean> {
    const isOverdue = interval.isDeadline && this.clock.now() >= interval.startMs + INTERVAL_MS + GRACE_MS;
    const intervalStart = new Date(interval.startMs).toISOString();
    const chosen = await this.choose(community, intervalStart, tx);
    if (chosen === undefined || !(isOverdue || chosen.isComplete)) return false;
    await this.clearing.clearNextRun({ config: community.config, intervalStart, chosen }, tx);
    return true;
  }

  private isPeriodEnd(community: CommunityEntity, endMs: number): boolean {
    const firstMs = Math.ceil(Date.parse(community.config.startsAt) / INTERVAL_MS) * INTERVAL_MS;
    return ((endMs - firstMs) / INTERVAL_MS) % community.config.settlementPeriodIntervals === 0;
  }

  private async closeFinal(community: CommunityEntity, endMs: number, tx: EntityManager): Promise<void> {
    const startMs = endMs - community.config.settlementPeriodIntervals * INTERVAL_MS;
    for (let ms = startMs; ms < endMs; ms += INTERVAL_MS) {
      const intervalStart = new Date(ms).toISOString();
      const chosen = await this.choose(community, intervalStart, tx);
      if (chosen !== undefined)
        await this.clearing.clearNextRun({ config: community.config, intervalStart, chosen }, tx);
    }
  }

  /** An interval beyond its residual bound waits for the sub-meters too: they tell which meter is to be suspected. */
  private async choose(
    community: CommunityEntity,
    intervalStart: string,
    tx: EntityManager,
  ): Promise<(ChosenMeterings & { isComplete: boolean }) | undefined> {
    const { communityId, headMeterId, feeder } = community.config;
    const chosen = await this.store.meterings({ communityId, headMeterId, intervalStart }, tx);
    if (chosen === undefined) return undefined;
    const { residualWh, residualBoundWh } = measureResidual(chosen.meterings, feeder.lossPct);
    const isUnexplained = Math.abs(residualWh) > residualBoundWh && chosen.isSubMeterMissing;
    return { ...chosen, isComplete: chosen.missing.length === 0 && !isUnexplained };
  }

  private async noteCorrections(
    community: CommunityEntity,
    meterings: readonly IntervalMetered[],
    tx: EntityManager,
  ): Promise<void> {
    const { communityId } = community;
    const settling = meterings.filter((metered) => metered.role === 'revenue' || metered.role === 'head');
    const starts = new Set(settling.map((metered) => new Date(Date.parse(metered.intervalStart)).toISOString()));
    for (const intervalStart of [...starts].sort()) {
      if (!(await tx.existsBy(ClearingEntity, { communityId, intervalStart, runNumber: 1 }))) continue;
      const row = { communityId, intervalStart, since: this.clock.nowIso() };
      await tx.createQueryBuilder().insert().into(CorrectionDueEntity).values(row).orIgnore().execute();
    }
  }

  /** Clears the corrections that are complete or waited long enough. */
  private async correct(community: CommunityEntity, timing: { isDeadline: boolean }, tx: EntityManager): Promise<void> {
    const { communityId } = community;
    for (const due of await tx.find(CorrectionDueEntity, { where: { communityId }, order: { intervalStart: 'ASC' } })) {
      const { intervalStart } = due;
      const dueMs = Date.parse(due.since) + GRACE_MS;
      const chosen = await this.choose(community, intervalStart, tx);
      const isDue = chosen?.missing.length === 0 || (timing.isDeadline && this.clock.now() >= dueMs);
      if (chosen === undefined || !isDue) continue;
      const last = await this.clearing.lastRun({ communityId, intervalStart }, tx);
      const isSame =
        JSON.stringify(last?.cleared.inputs.meterings.map(nameOf)) === JSON.stringify(chosen.used.map(nameOf));
      if (!isSame) await this.clearing.clearNextRun({ config: community.config, intervalStart, chosen }, tx);
      await tx.delete(CorrectionDueEntity, { communityId, intervalStart });
    }
  }
}

const nameOf = (used: { meterId: string; hash: string; isSubstituted: boolean }): string =>
  `${used.meterId} ${used.hash} ${used.isSubstituted}`;
