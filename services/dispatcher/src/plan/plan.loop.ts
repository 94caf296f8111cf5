import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, INTERVAL_MS, intervalStartOf, type Cancel } from '@wattmesh/platform';
import { PlanService } from './plan.service.ts';

const PERIOD_S = INTERVAL_MS / 1000;
/** Before an interval begins its schedule must have been solved, sent and taken up. */
const LEAD_S = 120;
/** Forecasts of a community come one by one: a plan waits this long for the rest. */
const GATHER_S = 5;

/** When to plan: shortly before each interval, and again when forecasts have come. */
@Injectable()
export class PlanLoop implements OnApplicationBootstrap {
  #pending: Cancel | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly plans: PlanService,
  ) {}

  onApplicationBootstrap(): void {
    const leadS = this.#leadS();
    this.clock.every({ name: 'plan', periodS: PERIOD_S, offsetS: PERIOD_S - leadS }, () => this.#plan());
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
    const planned = this.#tail.then(() => this.plans.planAll(intervalStartOf(this.clock.now() + this.#leadS() * 1000)));
    this.#tail = planned.catch(() => undefined);
    return planned;
  }
}
