import { DomainError } from '@wattmesh/platform';

export class SettlementAwayError extends DomainError {
  readonly code = 'PORTAL_SETTLEMENT_AWAY';

  constructor(reason: string, options: ErrorOptions = {}) {
    super(`proofs are at the settlement, and ${reason}: try again in a while`, { ...options, retriable: true });
  }
}

export class ProofUnknownError extends DomainError {
  readonly code = 'PORTAL_PROOF_UNKNOWN';
  override readonly httpStatus = 404;

  constructor({ memberId, intervalStart, run }: { memberId: string; intervalStart: string; run: string }) {
    super(
      `there is no leaf of ${memberId} in interval ${intervalStart}, run ${run}: look up the runs in the statement`,
    );
  }
}
