import { Injectable } from '@nestjs/common';
import { destination, pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { describeError } from './describe-error.ts';

/** Fields of a log line; `err` takes an error. */
export type LogFields = Record<string, unknown>;

/** Whose lines, from which level on, and where they go: standard output, or another stream. */
export interface LoggerOptions {
  service: string;
  level: string;
  lines?: DestinationStream;
}

/** JSON lines with the service's name. */
@Injectable()
export class Logger {
  readonly #pino: PinoLogger;

  constructor(options: LoggerOptions | PinoLogger) {
    this.#pino = 'service' in options ? pinoOf(options) : options;
  }

  debug(fields: LogFields, message: string): void {
    this.#pino.debug(fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#pino.info(fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#pino.warn(fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.#pino.error(fields, message);
  }

  /** A logger whose every line carries the fields. */
  child(fields: LogFields): Logger {
    return new Logger(this.#pino.child(fields));
  }
}

function pinoOf({ service, level, lines = standardOutput() }: LoggerOptions): PinoLogger {
  return pino({ name: service, level, serializers: { err: describeError } }, lines);
}

/** A line that the disk has no room for is lost: no service dies of it. */
function standardOutput(): DestinationStream {
  const lines = destination({ dest: 1, sync: true });
  lines.on('error', () => undefined);
  return lines;
}
