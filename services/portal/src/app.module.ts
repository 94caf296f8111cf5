import { Module } from '@nestjs/common';
import { DatabaseModule } from '@wattmesh/platform/database';
import { AlarmModule } from './alarm/alarm.module.ts';
import { BatchModule } from './batch/batch.module.ts';
import { ClearingModule } from './clearing/clearing.module.ts';
import { CommandModule } from './command/command.module.ts';
import { DeviceModule } from './device/device.module.ts';
import { DirectoryModule } from './directory/directory.module.ts';
import { EarningsModule } from './earnings/earnings.module.ts';
import { EnergyModule } from './energy/energy.module.ts';
import { ForecastModule } from './forecast/forecast.module.ts';
import { LedgerModule } from './ledger/ledger.module.ts';
import { LimitModule } from './limit/limit.module.ts';
import { MemberModule } from './member/member.module.ts';
import { NowModule } from './now/now.module.ts';
import { PlanModule } from './plan/plan.module.ts';
import { ProofModule } from './proof/proof.module.ts';
import { QualityModule } from './quality/quality.module.ts';
import { ServiceHealthModule } from './service-health/service-health.module.ts';
import { StatementModule } from './statement/statement.module.ts';
import { StreamModule } from './stream/stream.module.ts';
import { TimelineModule } from './timeline/timeline.module.ts';
import { EventLogModule } from './event-log/event-log.module.ts';
import { IndexController } from './index.controller.ts';
import { CreateRegistry1790000000000 } from './migrations/1790000000000-create-registry.ts';
import { CreateViews1790000003000 } from './migrations/1790000003000-create-views.ts';
import { PageService } from './page/page.service.ts';
import { PortalHttpService } from './portal-http.service.ts';
import { RegistrationEntity } from './registry/registration.entity.ts';
import { RegistryModule } from './registry/registry.module.ts';

/** One folder a noun: each keeps its rows by events and shows them over HTTP. */
const VIEWS = [
  AlarmModule,
  BatchModule,
  ClearingModule,
  CommandModule,
  DeviceModule,
  DirectoryModule,
  EarningsModule,
  EnergyModule,
  ForecastModule,
  LedgerModule,
  LimitModule,
  MemberModule,
  NowModule,
  PlanModule,
  ProofModule,
  QualityModule,
  ServiceHealthModule,
  StatementModule,
  StreamModule,
  TimelineModule,
];

@Module({
  imports: [
    DatabaseModule.forService({
      schema: 'portal',
      entities: [RegistrationEntity],
      migrations: [CreateRegistry1790000000000, CreateViews1790000003000],
    }),
    RegistryModule,
    EventLogModule,
    ...VIEWS,
  ],
  controllers: [IndexController],
  providers: [PageService, PortalHttpService],
})
export class AppModule {}
