import { Module } from '@nestjs/common';
import { RegistryModule } from '../registry/registry.module.ts';
import { SiteModule } from '../site/site.module.ts';
import { CommandController } from './command.controller.ts';

@Module({ imports: [RegistryModule, SiteModule], controllers: [CommandController] })
export class CommandModule {}
