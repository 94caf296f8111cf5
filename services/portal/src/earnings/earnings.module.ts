import { Module } from '@nestjs/common';
import { StatementModule } from '../statement/statement.module.ts';
import { EarningsController } from './earnings.controller.ts';

@Module({ imports: [StatementModule], controllers: [EarningsController] })
export class EarningsModule {}
