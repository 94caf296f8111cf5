/** How a domain error is meant to be treated. */
export interface DomainErrorOptions extends ErrorOptions {
  /** True for trouble outside that may pass: the bus tries again, HTTP answers 503. */
  retriable?: boolean;
  /** True where nothing of the event may be believed, not even its key: the bus gives up the event and not the key. */
  isOneEventOnly?: boolean;
}

/** An error with a stable code whose message says what to do. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  readonly retriable: boolean;
  readonly isOneEventOnly: boolean;
  /** Status of the HTTP answer; absent: 422, or 503 where the error is retriable. */
  readonly httpStatus?: number;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retriable = options.retriable ?? false;
    this.isOneEventOnly = options.isOneEventOnly ?? false;
  }
}
