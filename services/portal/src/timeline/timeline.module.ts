import { Module } from '@nestjs/common';
import { ForecastModule } from '../forecast/forecast.module.ts';
import { PlanModule } from '../plan/plan.module.ts';
import { TimelineController } from './timeline.controller.ts';
import { TimelineService } from './timeline.service.ts';
import { TimelineStore } from './timeline.store.ts';

@Module({
  imports: [ForecastModule, PlanModule],
  controllers: [TimelineController],
  providers: [TimelineService, TimelineStore],
})
export class TimelineModule {}
