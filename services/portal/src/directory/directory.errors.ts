import { DomainError } from '@wattmesh/platform';

export class CommunityUnknownError extends DomainError {
  readonly code = 'PORTAL_COMMUNITY_UNKNOWN';
  override readonly httpStatus = 404;

  constructor(communityId: string) {
    super(`Community ${communityId} is not registered: GET /api/v1/communities lists those that are`);
  }
}

export class SiteUnknownError extends DomainError {
  readonly code = 'PORTAL_SITE_UNKNOWN';
  override readonly httpStatus = 404;

  constructor(siteId: string, communityId: string) {
    super(`Community ${communityId} has no site ${siteId}: GET /api/v1/communities lists its sites`);
  }
}

export class MemberUnknownError extends DomainError {
  readonly code = 'PORTAL_MEMBER_UNKNOWN';
  override readonly httpStatus = 404;

  constructor(memberId: string) {
    super(`Member ${memberId} is not registered: GET /api/v1/communities lists those that are`);
  }
}
