import { DomainError } from '@wattmesh/platform';

export class ProofNotFoundError extends DomainError {
  readonly code = 'SETTLEMENT_PROOF_NOT_FOUND';
  override readonly httpStatus = 404;

  constructor(what: { interval: string; run: string; memberId: string }) {
    super(
      `there is no leaf of ${what.memberId} in interval ${what.interval}, run ${what.run}; look up the runs in the statement`,
    );
  }
}
