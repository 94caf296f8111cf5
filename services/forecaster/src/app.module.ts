import { Module } from '@nestjs/common';
import { DatabaseModule } from '@wattmesh/platform/database';
import { IssueEntity } from './forecast/issue.entity.ts';
import { IssueStore } from './forecast/issue.store.ts';
import { ForecastLoop } from './forecast/forecast.loop.ts';
import { ForecastReadiness } from './forecast/forecast-readiness.service.ts';
import { ForecastService } from './forecast/forecast.service.ts';
import { ForecasterConfig } from './forecaster.config.ts';
import { PastStore } from './history/past.store.ts';
import { MeteringController } from './metering/metering.controller.ts';
import { MeteringEntity } from './metering/metering.entity.ts';
import { MeteringService } from './metering/metering.service.ts';
import { ForecasterTables1790000002000 } from './migrations/1790000002000-forecaster-tables.migration.ts';
import { LeaderWork1790000002010 } from './migrations/1790000002010-leader-work.migration.ts';
import { SiteController } from './site/site.controller.ts';
import { DeviceEntity, SiteEntity } from './site/site.entity.ts';
import { SiteService } from './site/site.service.ts';
import { ModelEntity } from './training/model.entity.ts';
import { ModelStore } from './training/model.store.ts';
import { ModelWorkers } from './training/model-workers.service.ts';
import { TrainingData } from './training/training-data.service.ts';
import { TrainingService } from './training/training.service.ts';

const entities = [SiteEntity, DeviceEntity, MeteringEntity, ModelEntity, IssueEntity];

@Module({
  imports: [
    DatabaseModule.forService({
      schema: 'forecaster',
      entities,
      migrations: [ForecasterTables1790000002000, LeaderWork1790000002010],
    }),
  ],
  controllers: [SiteController, MeteringController],
  providers: [
    ForecasterConfig.provider,
    SiteService,
    PastStore,
    MeteringService,
    ModelStore,
    ModelWorkers,
    TrainingData,
    TrainingService,
    IssueStore,
    ForecastService,
    ForecastReadiness,
    ForecastLoop,
  ],
})
export class AppModule {}
