import { Module } from '@nestjs/common';
import { PlanModule } from '../plan/plan.module.ts';
import { ForecastController } from './forecast.controller.ts';

@Module({ imports: [PlanModule], controllers: [ForecastController] })
export class ForecastModule {}
