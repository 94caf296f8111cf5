import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '@wattmesh/platform';
import { PlanLoop } from '../plan/plan.loop.ts';
import { COMMAND_PERIOD_S, CommandService } from './command.service.ts';

/** Ticks of the correction loop: a tick falls on every interval's start where the period divides it. */
@Injectable()
export class CommandLoop implements OnApplicationBootstrap {
  constructor(
    private readonly clock: Clock,
    private readonly commands: CommandService,
    private readonly plans: PlanLoop,
  ) {}

  onApplicationBootstrap(): void {
    this.clock.every({ name: 'command', periodS: COMMAND_PERIOD_S }, async () => {
      const unscheduled = await this.commands.correctAll();
      if (unscheduled.length > 0) this.plans.requestPlan();
    });
  }
}
