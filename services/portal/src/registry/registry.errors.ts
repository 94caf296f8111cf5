import { DomainError } from '@wattmesh/platform';

export class RegistryContradictory extends DomainError {
  readonly code = 'PORTAL_REGISTRY_CONTRADICTORY';
}

export class CommunityRegisteredOtherwise extends DomainError {
  readonly code = 'PORTAL_COMMUNITY_REGISTERED_OTHERWISE';
}

export class RegistrationNotAllowed extends DomainError {
  readonly code = 'PORTAL_REGISTRATION_NOT_ALLOWED';
}
