import { DomainError } from '../service/domain-error.ts';

/** Work of a term of leading came to its transaction when another instance led already: nothing of it was kept. */
export class LeadershipLostError extends DomainError {
  readonly code = 'PLATFORM_LEADERSHIP_LOST';

  constructor(schema: string) {
    super(`another instance of ${schema} leads now and does this work`, { retriable: true });
  }
}
