import { Injectable } from '@nestjs/common';
import { Logger, Metrics } from '@wattmesh/platform';
import type { Planned } from './plan.service.ts';

/** Tells operators what plans came to. */
@Injectable()
export class PlanReport {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  note(planned: Planned): void {
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
