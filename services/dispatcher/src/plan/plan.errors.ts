import { DomainError } from '@wattmesh/platform';

/** The solver's thread failed; the last schedules stay in force and the next plan tries again. */
export class SolverFailed extends DomainError {
  readonly code = 'DISPATCHER_SOLVER_FAILED';

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { ...options, retriable: true });
  }
}

/** A community's tariff leaves hours without a price. */
export class TariffIncomplete extends DomainError {
  readonly code = 'DISPATCHER_TARIFF_INCOMPLETE';
}
