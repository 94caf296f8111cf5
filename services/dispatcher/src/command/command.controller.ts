import { Controller } from '@nestjs/common';
import { CommandProgressed } from '@wattmesh/events';
import { OnEvent } from '@wattmesh/platform';
import type { EntityManager } from 'typeorm';
import { CommandService } from './command.service.ts';

@Controller()
export class CommandController {
  constructor(private readonly commands: CommandService) {}

  @OnEvent(CommandProgressed)
  onProgress(progressed: CommandProgressed[], tx: EntityManager): Promise<void> {
    return this.commands.note(progressed, tx);
  }
}
