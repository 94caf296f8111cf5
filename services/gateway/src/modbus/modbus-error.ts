export type ModbusErrorKind = 'TIMEOUT' | 'CLOSED' | 'FRAMING' | 'EXCEPTION' | 'ECHO_MISMATCH' | 'BAD_PDU' | 'RANGE';

/** Exception codes of the Modbus application protocol, section 7. */
export const EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  acknowledge: 5,
  deviceBusy: 6,
  gatewayPathUnavailable: 10,
  gatewayTargetFailed: 11,
} as const;

interface ModbusErrorOptions extends ErrorOptions {
  /** Code of the device, for kind EXCEPTION. */
  exceptionCode?: number;
  /** False where no byte of the request left; a write that was sent may have taken effect. */
  wasSent?: boolean;
}

/** What went wrong with one request; `code` is stable, `retriable` says whether the same request may succeed later. */
export class ModbusError extends Error {
  readonly kind: ModbusErrorKind;
  readonly code: string;
  readonly retriable: boolean;
  readonly exceptionCode: number | undefined;
  readonly wasSent: boolean;

  constructor(kind: ModbusErrorKind, message: string, options: ModbusErrorOptions = {}) {
    super(message, options);
    this.name = 'ModbusError';
    this.kind = kind;
    this.code = `MODBUS_${kind}`;
    this.exceptionCode = options.exceptionCode;
    this.wasSent = options.wasSent ?? kind !== 'RANGE';
    this.retriable = isRetriable(kind, options.exceptionCode);
  }
}

/** True for the answer of a device that lives and refuses: with `exceptionCode`, only that one. */
export function isException(error: unknown, exceptionCode?: number): error is ModbusError {
  return (
    error instanceof ModbusError &&
    error.kind === 'EXCEPTION' &&
    (exceptionCode === undefined || error.exceptionCode === exceptionCode)
  );
}

const BUSY: readonly number[] = [
  EXCEPTION.acknowledge,
  EXCEPTION.deviceBusy,
  EXCEPTION.gatewayPathUnavailable,
  EXCEPTION.gatewayTargetFailed,
];

function isRetriable(kind: ModbusErrorKind, exceptionCode: number | undefined): boolean {
  if (kind === 'EXCEPTION') return exceptionCode !== undefined && BUSY.includes(exceptionCode);
  return kind === 'TIMEOUT' || kind === 'CLOSED' || kind === 'FRAMING';
}
