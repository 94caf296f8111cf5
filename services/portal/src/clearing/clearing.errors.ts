import { DomainError } from '@wattmesh/platform';

export class ClearingUnknownError extends DomainError {
  readonly code = 'PORTAL_CLEARING_UNKNOWN';
  override readonly httpStatus = 404;

  constructor(communityId: string, intervalStart: string) {
    super(`interval ${intervalStart} of ${communityId} is not cleared: it may not be over yet`);
  }
}
