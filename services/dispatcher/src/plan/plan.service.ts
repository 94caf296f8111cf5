import { Injectable } from '@nestjs/common';
import { PlanPublished, ScheduleIssued } from '@wattmesh/events';
import { Clock, INTERVAL_MS, intervalStartOf, Logger, Metrics } from '@wattmesh/platform';
import { Outbox, Transactions } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { DispatcherConfig } from '../dispatcher.config.ts';
import { ForecastEntity } from '../forecast/forecast.entity.ts';
import { ReadingEntity } from '../reading/reading.entity.ts';
import { ScheduleEntity } from '../schedule/schedule.entity.ts';
import { signSchedule } from '../sign/sign-schedule.ts';
import { CommunityEntity, DeviceEntity, SiteEntity } from '../site/site.entity.ts';
import { assembleProblem, type Situation } from './assemble-problem.ts';
import { TariffIncomplete } from './plan.errors.ts';
import { describePlan, scheduleDevices } from './schedule-devices.ts';
import { SolverLink, type Solved } from './solver.link.ts';

const HORIZON_INTERVALS = 96;

/** Plans communities: load what is known, solve, save the schedules and publish them in one transaction. */
@Injectable()
export class PlanService {
  readonly #parts;

  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly solver: SolverLink,
    private readonly clock: Clock,
    private readonly reporter: PlanReporter,
  ) {}

  /** Plans every community from an interval on: the running one or the coming one. */
  async planAll(firstIntervalStartMs: number): Promise<void> {
    for (const situation of await this.transactions.run((tx) => this.#load(tx, firstIntervalStartMs))) {
      const assembled = assembleProblem(situation);
      if (assembled === undefined) throw new TariffIncomplete(`tariff of ${situation.community.communityId}: add a band for every hour`);
    }
  }
}
