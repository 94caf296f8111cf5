import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { ConsumerStore } from '../consumer/consumer-store.ts';
import { DatabaseConsumerStore } from './database-consumer.store.ts';
import { DATABASE_OPTIONS } from './database-options.ts';
import { DatabaseReadiness } from './database-readiness.link.ts';
import { openDataSource, type DatabaseOptions } from './data-source.ts';
import { EventProducer } from '../service/event-producer.ts';
import { Leadership } from './leadership.service.ts';
import { Outbox } from './outbox.ts';
import { OutboxAge } from './outbox-age.link.ts';
import { OutboxRelay } from './outbox.relay.ts';
import { ServiceContext } from '../service/runtime.ts';
import { Transactions } from './transactions.ts';

/** Gives a service its schema, migrated, with transactions, outbox and inbox. Entities are reached by the `tx` of a transaction. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  static forService(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: DATABASE_OPTIONS, useValue: options },
        {
          provide: DataSource,
          useFactory: (service: ServiceContext) => openDataSource(service, options),
          inject: [ServiceContext],
        },
        { provide: EntityManager, useFactory: (source: DataSource) => source.manager, inject: [DataSource] },
        Transactions,
        Outbox,
        Leadership,
        OutboxRelay,
        DatabaseReadiness,
        OutboxAge,
        { provide: ConsumerStore, useClass: DatabaseConsumerStore },
        { provide: EventProducer, useExisting: OutboxRelay },
      ],
      exports: [DataSource, EntityManager, Transactions, Outbox, Leadership, ConsumerStore, EventProducer],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
