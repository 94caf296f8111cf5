import { Module } from '@nestjs/common';
import { CommandModule } from './command/command.module.ts';
import { RegistryModule } from './registry/registry.module.ts';

@Module({ imports: [RegistryModule, CommandModule] })
export class AppModule {}
