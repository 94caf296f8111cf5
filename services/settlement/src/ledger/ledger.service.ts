import { Injectable } from '@nestjs/common';
import { IntervalSettled, type CommunityConfigured, type IntervalCleared } from '@wattmesh/events';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import { Clock, INTERVAL_MS } from '@wattmesh/platform/clock';
import { Outbox } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { PeriodEntity } from '../netting/period.entity.ts';
import { netLanes } from '../netting/net-lanes.ts';
import { CommunityEntity, MandateEntity } from '../registry/registry.entity.ts';
import { SettlementConfig } from '../settlement.config.ts';
import { runNumberOf } from '../tree/hash-leaf.ts';
import { saltInterval } from '../tree/salt-interval.ts';
import { bookRun, type BookedRun } from './book-run.ts';
import { BookedRunEntity, LedgerRowEntity, WaitingRunEntity } from './ledger.entity.ts';
import { UnbalancedRunError } from './ledger.errors.ts';
import { periodEndOf, periodStartOf } from './settlement-period.ts';

const NO_MANDATE = `0x${'0'.repeat(64)}`;

@Injectable()
export class LedgerService {
  constructor(
    private readonly outbox: Outbox,
    private readonly config: SettlementConfig,
    private readonly clock: Clock,
  ) {}

  /** Takes cleared runs once each and books them as soon as their community and mandates are known. */
  async take(intervals: readonly IntervalCleared[], tx: EntityManager): Promise<void> {
    for (const cleared of intervals) {
      const { communityId } = cleared;
      const intervalStart = new Date(Date.parse(cleared.intervalStart)).toISOString();
      const row = { communityId, intervalStart, runNumber: runNumberOf(cleared.run), cleared };
      await tx.createQueryBuilder().insert().into(WaitingRunEntity).values(row).orIgnore().execute();
    }
    await this.bookWaiting(
      intervals.map(({ communityId }) => communityId),
      tx,
    );
  }

  /**
   * Books what waits, in the order it was cleared, up to the first run that still misses something. Of instances that bring
   * runs, mandates and the community at the same time, each sees what the one before it brought: none leaves a run waiting.
   */
  async bookWaiting(communityIds: readonly string[], tx: EntityManager): Promise<void> {
    for (const communityId of [...new Set(communityIds)].sort()) {
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`settlement books of ${communityId}`]);
      const community = await tx.findOneBy(CommunityEntity, { communityId });
      if (community !== null) await this.bookCommunity(community, tx);
    }
  }

  private async bookCommunity(community: CommunityEntity, tx: EntityManager): Promise<void> {
    const { communityId } = community;
    for (const waiting of await tx.find(WaitingRunEntity, { where: { communityId }, order: { number: 'ASC' } })) {
      const { intervalStart, runNumber } = waiting;
      const isBooked = await tx.existsBy(BookedRunEntity, { communityId, intervalStart, runNumber });
      if (!isBooked && !(await this.hasMandates(waiting.cleared, tx))) return;
      if (!isBooked) await this.book(community, waiting, tx);
      await tx.delete(WaitingRunEntity, { communityId, intervalStart, runNumber });
    }
  }

  /** A cap must never be taken for zero because its mandate is late. */
  private async hasMandates(cleared: IntervalCleared, tx: EntityManager): Promise<boolean> {
    const mandates = await tx.findBy(MandateEntity, { communityId: cleared.communityId });
    const known = new Set(mandates.map((mandate) => mandate.mandateHash));
    return cleared.accounts.every((row) => row.mandateHash === NO_MANDATE || known.has(row.mandateHash));
  }

  /** Rows, tree and event in the caller's transaction. */
  private async book(community: CommunityEntity, run: WaitingRunEntity, tx: EntityManager): Promise<void> {
    const { communityId, cleared, intervalStart, runNumber } = run;
    const periodStart = await this.periodOf(community.config, intervalStart, tx);
    const booked = await this.bookRows(cleared, { config: community.config, intervalStart, periodStart }, tx);
    const { chainId, settlement } = community.config.chain;
    const tree = saltInterval(
      { ...cleared, intervalStart },
      { chainId, settlement, saltSeed: this.config.SETTLEMENT_SALT_SEED },
    );
    const dataHash = hashCanonicalJson(cleared);
    await tx.insert(BookedRunEntity, { communityId, intervalStart, runNumber, root: tree.root, dataHash, cleared });
    await tx.insert(
      LedgerRowEntity,
      booked.rows.map((row) => ({ ...row, communityId, intervalStart, runNumber, run: cleared.run, periodStart })),
    );
    await this.completePeriod(community.config, { intervalStart, run: cleared.run }, tx);
    await this.outbox.publish(tx, IntervalSettled, {
      communityId,
      intervalStart,
      run: cleared.run,
      settledAt: this.clock.nowIso(),
      ...booked,
      tradeCount: cleared.trades.length,
      root: tree.root,
    });
  }

  /** The interval's own period, or the first one that is not complete where that one already is. */
  private async periodOf(config: CommunityConfigured, intervalStart: string, tx: EntityManager): Promise<string> {
    const { communityId } = config;
    const own = periodStartOf(intervalStart, config);
    const isComplete = await tx.existsBy(PeriodEntity, { communityId, periodStart: own });
    if (!isComplete) return own;
    const last = await tx.findOneOrFail(PeriodEntity, { where: { communityId }, order: { periodStart: 'DESC' } });
    return periodEndOf(last.periodStart, config);
  }

  private async bookRows(
    cleared: IntervalCleared,
    place: { config: CommunityConfigured; intervalStart: string; periodStart: string },
    tx: EntityManager,
  ): Promise<BookedRun> {
    const { communityId, supplierMemberId } = place.config;
    const earlier = await tx.findBy(LedgerRowEntity, { communityId, intervalStart: place.intervalStart });
    const period = await tx.findBy(LedgerRowEntity, { communityId, periodStart: place.periodStart });
    const booked = bookRun({
      run: cleared.run,
      accounts: cleared.accounts,
      supplierMemberId,
      booked: sumByMember(earlier),
      periodMicro: netLanes(period, supplierMemberId),
      capMicro: await this.capsAt(communityId, periodEndOf(place.periodStart, place.config), tx),
    });
    const sum = (pick: (row: BookedRun['rows'][number]) => number): number =>
      booked.rows.reduce((all, row) => all + pick(row), 0);
    if (sum((row) => row.tradeMicro) !== 0 || sum((row) => row.supplyMicro) !== 0) {
      throw new UnbalancedRunError(place.intervalStart, cleared.run);
    }
    return booked;
  }

  /** Caps of the mandates that cover a period to its end; the newest of a member counts. */
  private async capsAt(communityId: string, periodEnd: string, tx: EntityManager): Promise<Map<string, number>> {
    const mandates = await tx.find(MandateEntity, { where: { communityId }, order: { nonce: 'ASC' } });
    const caps = new Map<string, number>();
    for (const { memberId, signed } of mandates) {
      caps.set(memberId, Date.parse(signed.expiresAt) >= Date.parse(periodEnd) ? signed.capMicroPerPeriod : 0);
    }
    return caps;
  }

  private async completePeriod(
    config: CommunityConfigured,
    interval: { intervalStart: string; run: string },
    tx: EntityManager,
  ): Promise<void> {
    const { communityId, settlementPeriodIntervals: intervalCount } = config;
    const periodStart = periodStartOf(interval.intervalStart, config);
    const isLast = Date.parse(interval.intervalStart) + INTERVAL_MS === Date.parse(periodEndOf(periodStart, config));
    if (interval.run !== 'final' || !isLast) return;
    await tx.insert(PeriodEntity, { communityId, periodStart, intervalCount, state: 'complete' });
  }

  /** Rows of one member, oldest first. */
  rowsOf(
    member: { memberId: string; fromInstant?: string; toInstant?: string },
    tx: EntityManager,
  ): Promise<LedgerRowEntity[]> {
    const query = tx
      .createQueryBuilder(LedgerRowEntity, 'row')
      .where('row.member_id = :memberId', { memberId: member.memberId });
    if (member.fromInstant !== undefined) query.andWhere('row.interval_start >= :from', { from: member.fromInstant });
    if (member.toInstant !== undefined) query.andWhere('row.interval_start < :to', { to: member.toInstant });
    return query.orderBy('row.interval_start').addOrderBy('row.run_number').getMany();
  }
}

function sumByMember(rows: readonly LedgerRowEntity[]): Map<string, { tradeMicro: number; supplyMicro: number }> {
  const sums = new Map<string, { tradeMicro: number; supplyMicro: number }>();
  for (const row of rows) {
    const sum = sums.get(row.memberId) ?? { tradeMicro: 0, supplyMicro: 0 };
    sums.set(row.memberId, {
      tradeMicro: sum.tradeMicro + row.tradeMicro,
      supplyMicro: sum.supplyMicro + row.supplyMicro,
    });
  }
  return sums;
}
