import { Module } from '@nestjs/common';
import { DatabaseModule } from '@wattmesh/platform/database';
import { CommandEntity } from './command/command.entity.ts';
import { CommandModule } from './command/command.module.ts';
import { ForecastEntity } from './forecast/forecast.entity.ts';
import { ForecastModule } from './forecast/forecast.module.ts';
import { CreateDispatch1790000000001 } from './migrations/1790000000001-create-dispatch.ts';
import { CreatePlanRequest1790000000011 } from './migrations/1790000000011-create-plan-request.ts';
import { PlanModule } from './plan/plan.module.ts';
import { ReadingEntity } from './reading/reading.entity.ts';
import { ReadingModule } from './reading/reading.module.ts';
import { ScheduleEntity } from './schedule/schedule.entity.ts';
import { CommunityEntity, DeviceEntity, SiteEntity } from './site/site.entity.ts';
import { SiteModule } from './site/site.module.ts';

@Module({
  imports: [
    DatabaseModule.forService({
      schema: 'dispatcher',
      entities: [
        CommunityEntity,
        SiteEntity,
        DeviceEntity,
        ForecastEntity,
        ReadingEntity,
        ScheduleEntity,
        CommandEntity,
      ],
      migrations: [CreateDispatch1790000000001, CreatePlanRequest1790000000011],
    }),
    SiteModule,
    ForecastModule,
    ReadingModule,
    PlanModule,
    CommandModule,
  ],
})
export class AppModule {}
