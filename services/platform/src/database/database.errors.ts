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

/** The database stayed away while a service started. */
export class DatabaseAwayError extends DomainError {
  readonly code = 'PLATFORM_DATABASE_AWAY';

  constructor(service: string, waitedMs: number, options: ErrorOptions) {
    const waitedS = Math.round(waitedMs / 1000);
    super(
      `${service} waited ${waitedS} s for Postgres: start it, or correct DATABASE_URL, and start ${service} again`,
      {
        ...options,
        retriable: true,
      },
    );
  }
}

/** The connection of a transaction broke, and its work noticed something else. */
export class ConnectionLostError extends DomainError {
  readonly code = 'PLATFORM_CONNECTION_LOST';

  constructor(options: ErrorOptions) {
    super('the database connection broke in the middle of a transaction: try again', { ...options, retriable: true });
  }
}
