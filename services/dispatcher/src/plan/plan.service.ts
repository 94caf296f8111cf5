import { Injectable } from '@nestjs/common';
import { PlanPublished, ScheduleIssued } from '@wattmesh/events';
import { Clock, INTERVAL_MS, intervalStartOf } from '@wattmesh/platform';
import { Outbox, Transactions, type Term } from '@wattmesh/platform/database';
import { In, type EntityManager } from 'typeorm';
import { ForecastEntity } from '../forecast/forecast.entity.ts';
import { latestReadings } from '../reading/latest-readings.store.ts';
import {
  describePlan,
  scheduleDevices,
  type DeviceSchedule,
  type Issue,
  type KnownSchedule,
} from '../schedule/schedule-devices.ts';
import { ScheduleEntity } from '../schedule/schedule.entity.ts';
import { SignerService } from '../signing/signer.service.ts';
import { CommunityEntity, DeviceEntity, SiteEntity } from '../site/site.entity.ts';
import { assembleProblem, type Assembled, type Situation } from './assemble-problem.ts';
import type { CommunityPlan } from './plan-community.ts';
import { TariffIncomplete } from './plan.errors.ts';
import { SolverLink } from './solver.link.ts';

const HORIZON_INTERVALS = 96;
/** A state of charge older than an interval is no base for a plan. */
const STALE_MS = INTERVAL_MS;

/** What a planning round came to. */
export interface Planned {
  communityId: string;
  devices: number;
  solveMs: number;
  left: Assembled['left'];
}

/** Plans communities: loads what is known, has it solved, saves and publishes plans and schedules in one transaction. */
@Injectable()
export class PlanService {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly solver: SolverLink,
    private readonly signer: SignerService,
    private readonly clock: Clock,
  ) {}

  /** Plans every community from an interval on, the running one or the next. What is solved after the term has ended is dropped. */
  async planAll(firstIntervalStartMs: number, term: Term): Promise<Planned[]> {
    const situations = await this.transactions.run((tx) => this.#load(tx, firstIntervalStartMs));
    const planned: Planned[] = [];
    for (const situation of situations) planned.push(await this.#plan(situation, term));
    return planned;
  }

  async #plan(situation: Situation, term: Term): Promise<Planned> {
    const { community, nowMs, firstIntervalStartMs } = situation;
    const assembled = assembleProblem(situation);
    if (assembled === undefined)
      throw new TariffIncomplete(
        `the tariff of ${community.communityId} leaves hours without a price: add a band for them`,
      );
    const { plan, solveMs } = await this.solver.plan(assembled.problem);
    const issue = { nowMs, firstIntervalStartMs, runningIntervalStartMs: intervalStartOf(nowMs) };
    await this.transactions.run(async (tx) => {
      await term.fence(tx);
      await this.#save(tx, plan, issue);
    });
    return { communityId: community.communityId, devices: plan.reasons.length, solveMs, left: assembled.left };
  }

  async #load(tx: EntityManager, firstIntervalStartMs: number): Promise<Situation[]> {
    const communities = await tx.find(CommunityEntity, { order: { communityId: 'ASC' } });
    const sites = await tx.find(SiteEntity);
    const devices = (await tx.find(DeviceEntity)).map(({ payload }) => payload);
    const forecasts = new Map((await tx.find(ForecastEntity)).map(({ siteId, payload }) => [siteId, payload]));
    const readings = await latestReadings(tx);
    return communities.map(({ communityId, payload }) => ({
      community: payload,
      sites: sites.filter((site) => site.communityId === communityId).map((site) => site.payload),
      devices,
      forecasts,
      readings,
      nowMs: this.clock.now(),
      firstIntervalStartMs,
      intervals: HORIZON_INTERVALS,
      staleMs: STALE_MS,
    }));
  }

  async #save(tx: EntityManager, plan: CommunityPlan, issue: Issue): Promise<void> {
    const plans = plan.plans.filter((site) => site.devices.length > 0);
    const known = await this.#knownSchedules(
      tx,
      plans.flatMap((site) => site.devices.map(({ deviceId }) => deviceId)),
    );
    const schedules = plans.flatMap((site) => scheduleDevices(site, plan.reasons, { issue, known }));
    for (const schedule of schedules) await tx.save(ScheduleEntity, rowOf(schedule));
    await this.outbox.publish(
      tx,
      PlanPublished,
      plans.map((site) => describePlan(site, issue)),
    );
    await this.outbox.publish(
      tx,
      ScheduleIssued,
      schedules.map(({ issued }) => this.signer.signSchedule(issued)),
    );
  }

  async #knownSchedules(tx: EntityManager, deviceIds: string[]): Promise<Map<string, KnownSchedule>> {
    const rows = await tx.findBy(ScheduleEntity, { deviceId: In(deviceIds) });
    return new Map(
      rows.map(({ deviceId, revision, firstIntervalStart, slots }) => [
        deviceId,
        { revision, firstIntervalStartMs: firstIntervalStart.getTime(), slots },
      ]),
    );
  }
}

function rowOf({ issued, slots, firstReason }: DeviceSchedule): ScheduleEntity {
  const { deviceId, siteId, revision } = issued;
  return { deviceId, siteId, revision, firstIntervalStart: new Date(issued.firstIntervalStart), slots, firstReason };
}
