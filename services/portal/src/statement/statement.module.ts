import { Module } from '@nestjs/common';
import { StatementController } from './statement.controller.ts';
import { StatementService } from './statement.service.ts';
import { StatementStore } from './statement.store.ts';

@Module({
  controllers: [StatementController],
  providers: [StatementService, StatementStore],
  exports: [StatementService, StatementStore],
})
export class StatementModule {}
