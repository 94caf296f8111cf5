import { DomainError } from '@wattmesh/platform';

/** The thread with the models failed; the forecaster falls back to a baseline and says so. */
export class ModelWorkerError extends DomainError {
  readonly code = 'FORECASTER_WORKER_FAILED';
}
