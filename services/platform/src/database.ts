export { BIG_INTEGER, INSTANT } from './database/column-options.ts';
export { DatabaseModule } from './database/database.module.ts';
export { type DatabaseOptions } from './database/data-source.ts';
export { EventLog, type LoggedEvent } from './database/event-log.ts';
export { Outbox } from './database/outbox.ts';
export { Transactions } from './database/transactions.ts';
export { ForeignEventError, OutsideTransactionError, DatabaseMissingError } from './database/database.errors.ts';
export { type EntityManager } from 'typeorm';
export { freshDatabase, type FreshDatabase } from './database/fresh-database.ts';
