const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PLATFORM_BUS_STOPPED',
  'PLATFORM_CONNECTION_LOST',
  'PLATFORM_DATABASE_AWAY',
  // Postgres: transaction idle for too long, a standby that takes no writes, statement took too long.
  '25P03',
  '25006',
  '57014',
]);
/** Classes of SQLSTATE: connection, resources such as disk and memory, operator's intervention, the system below. */
const CLASSES = /^(08...|53...|57P0.|58...)$/;
const MESSAGES =
  /connection terminated|connection ended|timeout exceeded when trying to connect|timeout expired|query read timeout|client has encountered a connection error|client was closed|cannot use a pool after calling end|driver not connected/i;
const DEPTH = 5;

/**
 * Whether an error, or a cause of it, says that a server is away: the event is not at fault and waits until it is back.
 *
 * @example isOutage(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })) // true
 */
export function isOutage(error: unknown, depth = 0): boolean {
  if (depth > DEPTH || typeof error !== 'object' || error === null) return false;
  const { code, message, cause, driverError } = error as Record<string, unknown>;
  if (typeof code === 'string' && (CODES.has(code) || CLASSES.test(code))) return true;
  if (typeof message === 'string' && MESSAGES.test(message)) return true;
  return isOutage(cause, depth + 1) || isOutage(driverError, depth + 1);
}
