import { DomainError } from '@wattmesh/platform';

/** The log of a site cannot be read past a damaged line. */
export class StoreCorruptError extends DomainError {
  readonly code = 'GATEWAY_STORE_CORRUPT';

  constructor(file: string, line: number) {
    super(
      `${file}: line ${line} is damaged in the middle of the log; restore the file from a copy, or move it away to start afresh`,
    );
  }
}

/** A record could not be written; nothing of it was kept. */
export class StoreWriteError extends DomainError {
  readonly code = 'GATEWAY_STORE_WRITE_FAILED';

  constructor(file: string, cause: unknown) {
    super(`${file}: cannot append; check free space and permissions of GATEWAY_STORE`, { cause, retriable: true });
  }
}
