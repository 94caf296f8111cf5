/** How a domain error is meant to be treated. */
export interface DomainErrorOptions extends ErrorOptions {
  /** True for trouble outside that may pass: the bus tries again, HTTP answers 503. */
  retriable?: boolean;
}

/** An error with a stable code whose message says what to do. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  readonly retriable: boolean;
  /** Status of the HTTP answer; absent: 422, or 503 where the error is retriable. */
  readonly httpStatus?: number;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retriable = options.retriable ?? false;
  }
}
