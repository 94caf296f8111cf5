import { DomainError } from '@wattmesh/platform';

/** The registry has not told of the community yet: it may still come. */
export class UnknownCommunityError extends DomainError {
  readonly code = 'MARKET_COMMUNITY_UNKNOWN';

  constructor(communityId: string) {
    super(`community ${communityId} is not known here yet; register it at the portal`, { retriable: true });
  }
}

/** The registry has not told of the member yet: it may still come. */
export class UnknownMemberError extends DomainError {
  readonly code = 'MARKET_MEMBER_UNKNOWN';

  constructor(memberId: string, communityId: string) {
    super(`member ${memberId} of ${communityId} is not known here yet; register it at the portal`, { retriable: true });
  }
}

export class TariffError extends DomainError {
  readonly code = 'MARKET_TARIFF_INVALID';

  constructor(communityId: string, reason: string) {
    super(`the tariff of ${communityId} cannot price every interval: ${reason}; correct the bands or the time zone`);
  }
}
