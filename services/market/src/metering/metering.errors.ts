import { DomainError } from '@wattmesh/platform';

/** Nobody knows who sent it: it must not silence the meter that it names. */
const FORGERY = { isOneEventOnly: true };

export class ForeignMeteringError extends DomainError {
  readonly code = 'MARKET_METERING_FOREIGN';

  constructor(meterId: string) {
    super(
      `the metering is not of the site and role that meter ${meterId} is enrolled for; correct the enrolment or the gateway`,
      FORGERY,
    );
  }
}

export class MeteringSignatureError extends DomainError {
  readonly code = 'MARKET_METERING_SIGNATURE';

  constructor(meterId: string) {
    super(
      `the metering is not signed by the key enrolled for meter ${meterId}; enrol the gateway's key or look for a forgery`,
      FORGERY,
    );
  }
}
