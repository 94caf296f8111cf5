import { DomainError } from '@wattmesh/platform';

export class UnbalancedRunError extends DomainError {
  readonly code = 'SETTLEMENT_RUN_UNBALANCED';

  constructor(intervalStart: string, run: string) {
    super(
      `the cleared accounts of ${intervalStart}, ${run}, do not sum to zero; nothing was booked: look at the market's clearing`,
    );
  }
}
