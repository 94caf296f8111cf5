import { Module } from '@nestjs/common';
import { DatabaseModule } from '@wattmesh/platform/database';
import { ClearingEntity, CorrectionDueEntity } from './clearing/clearing.entity.ts';
import { ClearingService } from './clearing/clearing.service.ts';
import { CloserService } from './clearing/closer.service.ts';
import { DeadlineLoop } from './clearing/deadline.loop.ts';
import { IntervalStore } from './clearing/interval.store.ts';
import { MandateController } from './mandate/mandate.controller.ts';
import { MandateEntity } from './mandate/mandate.entity.ts';
import { MandateService } from './mandate/mandate.service.ts';
import { MeteringController } from './metering/metering.controller.ts';
import { MeteringEntity, WaitingMeteringEntity } from './metering/metering.entity.ts';
import { MeteringService } from './metering/metering.service.ts';
import { MarketTables1790000001000 } from './migrations/1790000001000-market-tables.migration.ts';
import { OrderController } from './order/order.controller.ts';
import { OrderEntity } from './order/order.entity.ts';
import { OrderService } from './order/order.service.ts';
import { RegistryController } from './registry/registry.controller.ts';
import { CommunityEntity, MemberEntity, MeterEntity } from './registry/registry.entity.ts';
import { RegistryService } from './registry/registry.service.ts';

const entities = [
  CommunityEntity,
  MemberEntity,
  MeterEntity,
  MandateEntity,
  OrderEntity,
  MeteringEntity,
  WaitingMeteringEntity,
  ClearingEntity,
  CorrectionDueEntity,
];

@Module({
  imports: [DatabaseModule.forService({ schema: 'market', entities, migrations: [MarketTables1790000001000] })],
  controllers: [RegistryController, MandateController, OrderController, MeteringController],
  providers: [
    RegistryService,
    MandateService,
    OrderService,
    MeteringService,
    IntervalStore,
    ClearingService,
    CloserService,
    DeadlineLoop,
  ],
})
export class AppModule {}
