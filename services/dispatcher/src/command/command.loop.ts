import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '@wattmesh/platform';
import { Leadership } from '@wattmesh/platform/database';
import { PlanLoop } from '../plan/plan.loop.ts';
import { COMMAND_PERIOD_S, CommandService } from './command.service.ts';

/** Ticks of the correction loop: a tick falls on every interval's start where the period divides it. */
@Injectable()
export class CommandLoop implements OnApplicationBootstrap {
  constructor(
    private readonly clock: Clock,
    private readonly leadership: Leadership,
    private readonly commands: CommandService,
    private readonly plans: PlanLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.clock.every({ name: 'command', periodS: COMMAND_PERIOD_S }, () =>
      this.leadership.ifLeading(async (term) => {
        const unscheduled = await this.commands.correctAll(term);
        if (unscheduled.length > 0) this.plans.requestPlan();
      }),
    );
  }
}
