const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'PLATFORM_BUS_STOPPED',
  // Postgres: too many connections, shutting down, starting up.
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);
const CONNECTION_CLASS = '08';
const MESSAGES =
  /connection terminated|connection ended|timeout exceeded when trying to connect|client has encountered a connection error/i;
const DEPTH = 5;

/**
 * Whether an error, or a cause of it, says that a server is away: the event is not at fault and waits until it is back.
 *
 * @example isOutage(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })) // true
 */
export function isOutage(error: unknown, depth = 0): boolean {
  if (depth > DEPTH || typeof error !== 'object' || error === null) return false;
  const { code, message, cause, driverError } = error as Record<string, unknown>;
  if (typeof code === 'string' && (CODES.has(code) || isConnectionClass(code))) return true;
  if (typeof message === 'string' && MESSAGES.test(message)) return true;
  return isOutage(cause, depth + 1) || isOutage(driverError, depth + 1);
}

function isConnectionClass(code: string): boolean {
  return code.length === 5 && code.startsWith(CONNECTION_CLASS);
}
