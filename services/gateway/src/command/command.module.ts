import { Module } from '@nestjs/common';
import { SiteModule } from '../site/site.module.ts';
import { CommandController } from './command.controller.ts';

@Module({ imports: [SiteModule], controllers: [CommandController] })
export class CommandModule {}
