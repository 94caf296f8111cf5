import { Controller } from '@nestjs/common';
import { CommandIssued, ScheduleIssued } from '@wattmesh/events';
import { Logger, OnEvent } from '@wattmesh/platform';
import { SitesService } from '../site/sites.service.ts';

/** Commands and schedules of this gateway's sites; those of other sites belong to other gateways. */
@Controller()
export class CommandController {
  constructor(
    private readonly sites: SitesService,
    private readonly logger: Logger,
  ) {}

  @OnEvent(CommandIssued)
  async onCommands(commands: CommandIssued[]): Promise<void> {
    for (const command of commands) {
      const loop = this.sites.find(command.siteId);
      if (loop === undefined)
        this.logger.warn(
          { siteId: command.siteId, commandId: command.commandId },
          'command for a site that is not run here',
        );
      await loop?.receiveCommand(command);
    }
  }

  @OnEvent(ScheduleIssued)
  async onSchedules(schedules: ScheduleIssued[]): Promise<void> {
    for (const schedule of schedules) {
      const loop = this.sites.find(schedule.siteId);
      if (loop === undefined)
        this.logger.warn(
          { siteId: schedule.siteId, scheduleId: schedule.scheduleId },
          'schedule for a site that is not run here',
        );
      await loop?.receiveSchedule(schedule);
    }
  }
}
