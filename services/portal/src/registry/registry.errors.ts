import { DomainError } from '@wattmesh/platform';

export class RegistryContradictoryError extends DomainError {
  readonly code = 'PORTAL_REGISTRY_CONTRADICTORY';

  constructor(contradictions: readonly string[]) {
    super(`mend the registry document: ${contradictions.join('; ')}`);
  }
}

export class CommunityRegisteredOtherwiseError extends DomainError {
  readonly code = 'PORTAL_COMMUNITY_REGISTERED_OTHERWISE';
  override readonly httpStatus = 409;

  constructor(communityId: string) {
    super(
      `community ${communityId} is registered with another document; forget the earlier state (--fresh) or choose another id`,
    );
  }
}

export class RegistrationNotAllowedError extends DomainError {
  readonly code = 'PORTAL_REGISTRATION_NOT_ALLOWED';
  override readonly httpStatus = 403;

  constructor() {
    super('only the operator registers a community; send PORTAL_REGISTRATION_TOKEN as a bearer token');
  }
}
