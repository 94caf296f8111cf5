import { createRequire } from 'node:module';
import { Kafka, logLevel, type logCreator } from 'kafkajs';
import type { Logger } from '../service/logger.ts';

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

const CONNECT_MS = 3000;
const REQUEST_MS = 10_000;

/** A client of the brokers that logs to the service's log. */
export function kafkaClient(options: { brokers: readonly string[]; clientId: string; logger?: Logger }): Kafka {
  quietRequestQueue();
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    logLevel: logLevel.WARN,
    logCreator: logTo(options.logger),
    retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 5 },
  });
}

/**
 * The client sets a timer of a negative delay after every response, which fires each millisecond for ever: 900 wake-ups a
 * second per connection, and a warning of Node 24. Here it sets one only where a request waits.
 */
function quietRequestQueue(): void {
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as {
    prototype: RequestQueue & { isQuiet?: true };
  };
  if (prototype.isQuiet) return;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhereSomethingWaits(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
  prototype.isQuiet = true;
}

/** The client's log in the service's: what it retries by itself is no warning yet. */
function logTo(logger: Logger | undefined): logCreator {
  return () =>
    ({ level, log: { message, ...fields } }) => {
      const { groupId, broker, error, retryCount } = fields as Record<string, unknown>;
      const details = { groupId, broker, error, retryCount };
      if (level === logLevel.ERROR) logger?.warn(details, `kafka: ${message}`);
      else logger?.debug(details, `kafka: ${message}`);
    };
}
