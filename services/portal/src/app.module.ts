import { Module } from '@nestjs/common';
import { DatabaseModule } from '@wattmesh/platform/database';
import { EventLogModule } from './event-log/event-log.module.ts';
import { IndexController } from './index.controller.ts';
import { CreateRegistry1790000000000 } from './migrations/1790000000000-create-registry.ts';
import { RegistrationEntity } from './registry/registration.entity.ts';
import { RegistryModule } from './registry/registry.module.ts';

@Module({
  imports: [
    DatabaseModule.forService({
      schema: 'portal',
      entities: [RegistrationEntity],
      migrations: [CreateRegistry1790000000000],
    }),
    RegistryModule,
    EventLogModule,
  ],
  controllers: [IndexController],
})
export class AppModule {}
