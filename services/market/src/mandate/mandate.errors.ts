import { DomainError } from '@wattmesh/platform';

export class MandateSignatureError extends DomainError {
  readonly code = 'MARKET_MANDATE_SIGNATURE';

  constructor(memberId: string) {
    super(
      `the mandate is not signed by the wallet of ${memberId}; sign exactly these terms for this community's contract`,
    );
  }
}

export class MandateLimitsError extends DomainError {
  readonly code = 'MARKET_MANDATE_LIMITS';

  constructor() {
    super('the price floor is above the ceiling; sign a floor at or below the ceiling');
  }
}

export class MandateExpiredError extends DomainError {
  readonly code = 'MARKET_MANDATE_EXPIRED';

  constructor(expiresAt: string) {
    super(`the mandate expired at ${expiresAt}; sign one with a later expiry`);
  }
}

export class MandateNonceError extends DomainError {
  readonly code = 'MARKET_MANDATE_NONCE';
  override readonly httpStatus = 409;

  constructor(nonce: number, last: number) {
    super(`nonce ${nonce} is used up; sign with a nonce above ${last}`);
  }
}
