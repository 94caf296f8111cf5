import { Module } from '@nestjs/common';
import { CommandController } from './command.controller.ts';
import { CommandStore } from './command.store.ts';

@Module({ controllers: [CommandController], providers: [CommandStore] })
export class CommandModule {}
