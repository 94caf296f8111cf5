import { Injectable } from '@nestjs/common';
import type { CommunityConfigured } from '@wattmesh/events';
import { encodeHeader, intervalNumber, packDeltas } from '@wattmesh/contracts';
import { keccak256 } from 'ethers';
import { In, IsNull, type EntityManager } from 'typeorm';
import { BookedRunEntity, LedgerRowEntity } from '../ledger/ledger.entity.ts';
import { periodEndOf, periodStartOf } from '../ledger/settlement-period.ts';
import { fitLanes, type FittedLanes, type LaneLimit } from '../netting/fit-lanes.ts';
import { netLanes } from '../netting/net-lanes.ts';
import { PeriodEntity } from '../netting/period.entity.ts';
import { SupplierShortError } from './chain.errors.ts';
import { ContractLink, SETTLEMENT_INTERFACE } from './contract.link.ts';
import { headerOfRun } from './header-of-run.ts';
import type { TransactionPurpose } from './transaction.entity.ts';

/** The next thing to do on chain, and the change of the books that goes with it. */
export interface PlannedCall {
  readonly communityId: string;
  readonly purpose: TransactionPurpose;
  readonly to: string;
  readonly calldata: string;
  readonly period?: PeriodEntity;
}

const HEADERS_PER_COMMIT = 32;

/** Decides what comes next on chain for a community: commits in clearing order, each period opened once it is committed. */
@Injectable()
export class PlanService {
  constructor(private readonly contract: ContractLink) {}

  /** Next commit or opening; undefined where nothing waits. */
  async next(config: CommunityConfigured, tx: EntityManager): Promise<PlannedCall | undefined> {
    const { communityId } = config;
    const period = await tx.findOne(PeriodEntity, {
      where: { communityId, state: 'complete' },
      order: { periodStart: 'ASC' },
    });
    if (period !== null && (await this.isCommitted(config, period, tx))) return this.open(config, period, tx);
    return this.commit(config, tx);
  }

  /** Execution of the oldest open period, if one is open. The contract says whether its window has passed. */
  async execution(config: CommunityConfigured, tx: EntityManager): Promise<PlannedCall | undefined> {
    const { communityId } = config;
    const period = await tx.findOne(PeriodEntity, {
      where: { communityId, state: 'open' },
      order: { periodStart: 'ASC' },
    });
    if (period === null) return undefined;
    const { periodStart, intervalCount } = period;
    const values = [period.seq, intervalNumber(periodStart), intervalCount, period.packed];
    const calldata = SETTLEMENT_INTERFACE.encodeFunctionData('execute', values);
    return {
      communityId,
      purpose: { kind: 'execute', periodStart },
      to: config.chain.settlement,
      calldata,
      period: withChange(period, { state: 'executed' }),
    };
  }

  /** Takes an open period back, and those opened after it: they are fitted anew and opened again. */
  revocation(config: CommunityConfigured, execution: PlannedCall): PlannedCall {
    const { seq, periodStart } = execution.period!;
    const calldata = SETTLEMENT_INTERFACE.encodeFunctionData('revokePeriod', [seq]);
    return {
      communityId: config.communityId,
      purpose: { kind: 'revoke', periodStart },
      to: config.chain.settlement,
      calldata,
    };
  }

  async isExecuted(config: CommunityConfigured, execution: PlannedCall): Promise<boolean> {
    return (await this.contract.progress(config.chain.settlement)).executedSeq >= execution.period!.seq!;
  }

  private async isCommitted(config: CommunityConfigured, period: PeriodEntity, tx: EntityManager): Promise<boolean> {
    const { communityId } = config;
    const endMs = Date.parse(periodEndOf(period.periodStart, config));
    const lastInterval = new Date(
      endMs - (endMs - Date.parse(period.periodStart)) / period.intervalCount,
    ).toISOString();
    const final = await tx.findOneByOrFail(BookedRunEntity, { communityId, intervalStart: lastInterval, runNumber: 1 });
    return final.commitNonce !== null;
  }

  private async commit(config: CommunityConfigured, tx: EntityManager): Promise<PlannedCall | undefined> {
    const { communityId } = config;
    const waiting = await tx.find(BookedRunEntity, {
      where: { communityId, commitNonce: IsNull() },
      order: { number: 'ASC' },
      take: HEADERS_PER_COMMIT,
    });
    if (waiting.length === 0) return undefined;
    const end = waiting.findIndex((run) => isPeriodEnd(run, config));
    const runs = end === -1 ? waiting : waiting.slice(0, end + 1);
    const headers = runs.map((run) => encodeHeader(headerOfRun(run)));
    const purpose = {
      kind: 'commit' as const,
      runs: runs.map(({ intervalStart, runNumber, cleared }) => ({ intervalStart, runNumber, run: cleared.run })),
    };
    return {
      communityId,
      purpose,
      to: config.chain.settlement,
      calldata: SETTLEMENT_INTERFACE.encodeFunctionData('commit', [headers]),
    };
  }

  private async open(config: CommunityConfigured, period: PeriodEntity, tx: EntityManager): Promise<PlannedCall> {
    const { communityId } = config;
    const { periodStart, intervalCount } = period;
    const fitted = await this.fit(config, period, tx);
    const { openedSeq } = await this.contract.progress(config.chain.settlement);
    const deltas = new Map<number, bigint>();
    for (const [memberId, laneMicro] of fitted.lanes) {
      if (laneMicro !== 0)
        deltas.set(await this.contract.memberIndex(config.chain.registry, memberId), BigInt(-laneMicro));
    }
    const packed = packDeltas(deltas);
    const seq = openedSeq + 1;
    const calldata = SETTLEMENT_INTERFACE.encodeFunctionData('openPeriod', [
      seq,
      intervalNumber(periodStart),
      intervalCount,
      keccak256(packed),
    ]);
    const opened = withChange(period, {
      seq,
      packed,
      lanes: Object.fromEntries(fitted.lanes),
      carriedMicro: Object.fromEntries(fitted.carriedMicro),
      state: deltas.size === 0 ? 'empty' : 'open',
    });
    return {
      communityId,
      purpose: { kind: 'open', periodStart },
      to: config.chain.settlement,
      calldata,
      period: opened,
    };
  }

  private async fit(config: CommunityConfigured, period: PeriodEntity, tx: EntityManager): Promise<FittedLanes> {
    const { communityId, supplierMemberId, chain } = config;
    const rows = await tx.findBy(LedgerRowEntity, { communityId, periodStart: period.periodStart });
    const earlier = await tx.find(PeriodEntity, {
      where: { communityId, state: In(['open', 'executed', 'empty']) },
      order: { periodStart: 'DESC' },
    });
    const carriedMicro = new Map(Object.entries(earlier[0]?.carriedMicro ?? {}));
    const open = earlier.filter((each) => each.state === 'open');
    const endInterval = intervalNumber(periodEndOf(period.periodStart, config));
    const limits = new Map<string, LaneLimit>();
    const lanes = netLanes(rows, supplierMemberId);
    for (const memberId of new Set([...lanes.keys(), ...carriedMicro.keys(), supplierMemberId])) {
      if ((lanes.get(memberId) ?? 0) === 0 && !carriedMicro.has(memberId) && memberId !== supplierMemberId) continue;
      const index = await this.contract.memberIndex(chain.registry, memberId);
      const limit = await this.contract.laneLimit(chain.settlement, { index, endInterval });
      const pendingMicro = open.reduce((all, each) => all + (each.lanes[memberId] ?? 0), 0);
      limits.set(memberId, { ...limit, balanceMicro: limit.balanceMicro - pendingMicro });
    }
    const fitted = fitLanes({
      lanes,
      carriedMicro,
      supplierMemberId,
      limitOf: (memberId) => limits.get(memberId) ?? NOTHING,
    });
    const supplierMicro = fitted.lanes.get(supplierMemberId) ?? 0;
    const { balanceMicro, capMicro } = limits.get(supplierMemberId)!;
    const mostMicro = Math.min(balanceMicro, capMicro);
    if (supplierMicro > Math.max(0, mostMicro))
      throw new SupplierShortError(supplierMemberId, supplierMicro, mostMicro);
    return fitted;
  }
}

const NOTHING: LaneLimit = { balanceMicro: 0, capMicro: 0 };

function withChange(period: PeriodEntity, change: Partial<PeriodEntity>): PeriodEntity {
  return Object.assign(new PeriodEntity(), period, change);
}

function isPeriodEnd(run: BookedRunEntity, config: CommunityConfigured): boolean {
  const next = new Date(Date.parse(run.intervalStart) + 900_000).toISOString();
  return run.runNumber === 1 && periodStartOf(next, config) !== periodStartOf(run.intervalStart, config);
}
