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

/** The disk refused: nothing of the change was kept. */
export class StoreWriteError extends DomainError {
  readonly code = 'GATEWAY_STORE_WRITE_FAILED';

  constructor(file: string, cause: unknown) {
    super(`${file}: cannot append; check free space and permissions of GATEWAY_STORE`, { cause, retriable: true });
  }
}

/** The log is as long as it may be, and holds nothing that may be shed: nothing of the change was kept. */
export class StoreFullError extends DomainError {
  readonly code = 'GATEWAY_STORE_FULL';

  constructor(folder: string, limitBytes: number) {
    const limitMb = Math.round(limitBytes / 2 ** 20);
    super(
      `${folder}: ${limitMb} MB of events wait that may not be shed; bring the broker back, or raise GATEWAY_STORE_MAX_MB`,
      { retriable: true },
    );
  }
}

/** True where a change was not kept, and may be tried again. */
export function isRefusal(error: unknown): error is StoreWriteError | StoreFullError {
  return error instanceof StoreWriteError || error instanceof StoreFullError;
}

/** True for what the operating system says of a file or folder. */
export function isOfDisk(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

/** Does what can be done later as well: undefined where the disk refuses it now. Anything but the disk's refusal is thrown. */
export function laterWhereRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isOfDisk(error instanceof StoreWriteError ? error.cause : error)) return undefined;
    throw error;
  }
}
