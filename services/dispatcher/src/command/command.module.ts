import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.ts';
import { SignModule } from '../signing/sign.module.ts';
import { CommandController } from './command.controller.ts';
import { CommandLoop } from './command.loop.ts';
import { CommandService } from './command.service.ts';

@Module({
  imports: [PlanModule, SignModule],
  controllers: [CommandController],
  providers: [CommandService, CommandLoop],
})
export class CommandModule {}
