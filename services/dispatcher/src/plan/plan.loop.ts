import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, INTERVAL_MS, intervalStartOf, Logger, Metrics, type Cancel } from '@wattmesh/platform';
import { PlanService, type Planned } from './plan.service.ts';

const PERIOD_S = INTERVAL_MS / 1000;
/** Before an interval begins its schedule must have been solved, sent and taken up. */
const LEAD_S = 120;
/** Forecasts of a community come one by one: a plan waits this long for the rest. */
const GATHER_S = 5;

/** When to plan: shortly before each interval, when forecasts have come, and when a device turns out to have no schedule. */
@Injectable()
export class PlanLoop implements OnApplicationBootstrap {
  #pending: Cancel | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly plans: PlanService,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.clock.every({ name: 'plan', periodS: PERIOD_S, offsetS: PERIOD_S - this.#leadS() }, () => this.#plan());
    this.requestPlan();
  }

  /** Plans soon; requests that come meanwhile share the plan. */
  requestPlan(): void {
    if (this.#pending !== undefined) return;
    const atMs = this.clock.now() + this.clock.effectivePeriodS(GATHER_S) * 1000;
    this.#pending = this.clock.at(atMs, 'plan-requested', () => {
      this.#pending = undefined;
      return this.#plan();
    });
  }

  #leadS(): number {
    return Math.min(PERIOD_S / 2, this.clock.effectivePeriodS(LEAD_S));
  }

  /** One plan at a time; from the lead on, for the coming interval. */
  #plan(): Promise<void> {
    const planned = this.#tail.then(async () => {
      const firstIntervalStartMs = intervalStartOf(this.clock.now() + this.#leadS() * 1000);
      for (const each of await this.plans.planAll(firstIntervalStartMs)) this.#report(each);
    });
    this.#tail = planned.catch(() => undefined);
    return planned;
  }

  #report(planned: Planned): void {
    const { communityId, devices, solveMs, left } = planned;
    this.metrics
      .histogram('dispatcher_solve_ms', 'Time to plan a community, all rounds and explanations')
      .observe(solveMs);
    this.metrics
      .gauge('dispatcher_scheduled_devices', 'Devices in the last plan', ['community'])
      .set({ community: communityId }, devices);
    const unplanned = this.metrics.gauge(
      'dispatcher_unplanned_sites',
      'Sites whose last schedule stays in force, by reason',
      ['community', 'why'],
    );
    for (const why of ['no forecast', 'no state of charge'] as const) {
      unplanned.set({ community: communityId, why }, left.filter((site) => site.why === why).length);
    }
    if (left.length > 0)
      this.logger.warn({ communityId, left }, 'sites left out of the plan: their last schedule stays in force');
  }
}
