import { Controller } from '@nestjs/common';
import { CommandIssued, ScheduleIssued } from '@wattmesh/events';
import { Logger, OnEvent } from '@wattmesh/platform';
import { RegistryService } from '../registry/registry.service.ts';
import { SitesService } from '../site/sites.service.ts';

/** Commands and schedules of this gateway's sites; those of other sites belong to other gateways. */
@Controller()
export class CommandController {
  constructor(
    private readonly sites: SitesService,
    private readonly registry: RegistryService,
    private readonly logger: Logger,
  ) {}

  @OnEvent(CommandIssued)
  async onCommands(commands: CommandIssued[]): Promise<void> {
    for (const command of commands) {
      const { siteId, commandId } = command;
      const loop = await this.sites.find(siteId);
      if (loop === undefined) this.logger.warn({ siteId, commandId }, 'command for a site that is not run here');
      await loop?.receiveCommand(command);
    }
  }

  @OnEvent(ScheduleIssued)
  async onSchedules(schedules: ScheduleIssued[]): Promise<void> {
    for (const schedule of schedules) {
      const loop = await this.sites.find(schedule.siteId);
      if (loop === undefined) await this.registry.keepSchedule(schedule);
      else await loop.receiveSchedule(schedule);
    }
  }
}
