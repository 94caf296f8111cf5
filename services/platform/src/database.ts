export { BIG_INTEGER, INSTANT } from './column-options.ts';
export { DatabaseModule } from './database.module.ts';
export { type DatabaseOptions } from './data-source.ts';
export { EventLog, type LoggedEvent } from './event-log.ts';
export { Outbox } from './outbox.ts';
export { Transactions } from './transactions.ts';
export { ForeignEventError, OutsideTransactionError, DatabaseMissingError } from './database.errors.ts';
export { type EntityManager } from 'typeorm';
export { freshDatabase, type FreshDatabase } from './fresh-database.ts';
