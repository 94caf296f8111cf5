import { DomainError } from '@wattmesh/platform';

/** The registry has not told of the community yet: it may still come. */
export class UnknownCommunityError extends DomainError {
  readonly code = 'SETTLEMENT_COMMUNITY_UNKNOWN';

  constructor(communityId: string) {
    super(`community ${communityId} is not known here yet; register it at the portal`, { retriable: true });
  }
}

export class UnbalancedRunError extends DomainError {
  readonly code = 'SETTLEMENT_RUN_UNBALANCED';

  constructor(intervalStart: string, run: string) {
    super(
      `the cleared accounts of ${intervalStart}, ${run}, do not sum to zero; nothing was booked: look at the market's clearing`,
    );
  }
}
