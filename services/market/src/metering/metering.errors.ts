import { DomainError } from '@wattmesh/platform';

/** The registry has not told of the meter yet: it may still come. */
export class UnknownMeterError extends DomainError {
  readonly code = 'MARKET_METER_UNKNOWN';

  constructor(meterId: string) {
    super(`meter ${meterId} is not enrolled; enrol it at the portal`, { retriable: true });
  }
}

export class ForeignMeteringError extends DomainError {
  readonly code = 'MARKET_METERING_FOREIGN';

  constructor(meterId: string) {
    super(
      `the metering is not of the site and role that meter ${meterId} is enrolled for; correct the enrolment or the gateway`,
    );
  }
}

export class MeteringSignatureError extends DomainError {
  readonly code = 'MARKET_METERING_SIGNATURE';

  constructor(meterId: string) {
    super(
      `the metering is not signed by the key enrolled for meter ${meterId}; enrol the gateway's key or look for a forgery`,
    );
  }
}
