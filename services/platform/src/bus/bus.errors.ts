import { DomainError } from '../service/domain-error.ts';

/** The bus stopped before the records were safe: publish them again after its start. */
export class BusStoppedError extends DomainError {
  readonly code = 'PLATFORM_BUS_STOPPED';

  constructor() {
    super('the bus stopped before every consumer had the records: publish them again when it runs', {
      retriable: true,
    });
  }
}
