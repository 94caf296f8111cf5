import { DomainError } from '@wattmesh/platform';

/** A history or weather file that cannot be used: the service does not start on half of it. */
export class HistoryFileError extends DomainError {
  readonly code = 'FORECASTER_FILE_INVALID';
}
