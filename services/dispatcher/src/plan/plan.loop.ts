import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, INTERVAL_MS, intervalStartOf, type Cancel } from '@wattmesh/platform';
import { Leadership, type Term } from '@wattmesh/platform/database';
import { PlanReport } from './plan-report.service.ts';
import { PlanRequestStore } from './plan-request.store.ts';
import { PlanService } from './plan.service.ts';

const PERIOD_S = INTERVAL_MS / 1000;
/** Before an interval begins its schedule must have been solved, sent and taken up. */
const LEAD_S = 120;
/** Forecasts of a community come one by one: a plan waits this long for the rest. */
const GATHER_S = 5;

/**
 * When the leader plans: shortly before each interval, when forecasts have come, when a device turns out to have no schedule,
 * and when it begins to lead, since whatever the one before it had in hand is lost.
 */
@Injectable()
export class PlanLoop implements OnApplicationBootstrap {
  #pending: Cancel | undefined;
  #tail: Promise<void> = Promise.resolve();
  /** The last request that a plan was begun on. */
  #metNumber = 0;

  constructor(
    private readonly clock: Clock,
    private readonly leadership: Leadership,
    private readonly requests: PlanRequestStore,
    private readonly plans: PlanService,
    private readonly report: PlanReport,
  ) {}

  onApplicationBootstrap(): void {
    this.clock.every({ name: 'plan', periodS: PERIOD_S, offsetS: PERIOD_S - this.#leadS() }, () => this.#plan());
    this.clock.every({ name: 'plan-requests', periodS: GATHER_S }, () =>
      this.leadership.ifLeading(() => this.#lookForRequests()),
    );
    this.leadership.onGained(() => this.requestPlan());
  }

  /** Plans soon, where this instance leads; requests that come meanwhile share the plan. */
  requestPlan(requestedAtMs = this.clock.now()): void {
    if (this.#pending !== undefined) return;
    const atMs = requestedAtMs + this.clock.effectivePeriodS(GATHER_S) * 1000;
    this.#pending = this.clock.at(atMs, 'plan-requested', () => {
      this.#pending = undefined;
      return this.#plan();
    });
  }

  async #lookForRequests(): Promise<void> {
    const { number, requestedAtMs } = await this.requests.newest();
    if (number > this.#metNumber) this.requestPlan(requestedAtMs);
  }

  #leadS(): number {
    return Math.min(PERIOD_S / 2, this.clock.effectivePeriodS(LEAD_S));
  }

  /** One plan at a time; from the lead on, for the coming interval. */
  #plan(): Promise<void> {
    const planned = this.#tail.then(() => this.leadership.ifLeading((term) => this.#planAs(term)));
    this.#tail = planned.catch(() => undefined);
    return planned;
  }

  async #planAs(term: Term): Promise<void> {
    this.#metNumber = (await this.requests.newest()).number;
    const firstIntervalStartMs = intervalStartOf(this.clock.now() + this.#leadS() * 1000);
    for (const each of await this.plans.planAll(firstIntervalStartMs, term)) this.report.note(each);
  }
}
