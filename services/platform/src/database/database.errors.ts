import { DomainError } from '../service/domain-error.ts';

/** A service with tables was started without a database. */
export class DatabaseMissingError extends DomainError {
  readonly code = 'PLATFORM_DATABASE_MISSING';

  constructor(service: string) {
    super(`${service} keeps tables: give it a Postgres URL in DATABASE_URL (runtime.databaseUrl)`);
  }
}

/** A service published an event that another service owns. */
export class ForeignEventError extends DomainError {
  readonly code = 'PLATFORM_FOREIGN_EVENT';

  constructor(topic: string, owner: string) {
    super(`only ${topic.slice(0, topic.indexOf('.'))} may publish ${topic}; ${owner} publishes events of its own`);
  }
}

/** An event was published outside a transaction of the platform, where it could be lost. */
export class OutsideTransactionError extends DomainError {
  readonly code = 'PLATFORM_OUTSIDE_TRANSACTION';

  constructor() {
    super('publish with the entity manager that Transactions.run or @OnEvent gave, inside that transaction');
  }
}
