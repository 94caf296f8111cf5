import { Injectable } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

/** Fields of a log line; `err` takes an error. */
export type LogFields = Record<string, unknown>;

/** JSON lines with the service's name. */
@Injectable()
export class Logger {
  readonly #pino: PinoLogger;

  constructor(options: { service: string; level: string } | PinoLogger) {
    this.#pino = 'service' in options ? pino({ name: options.service, level: options.level }) : options;
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
