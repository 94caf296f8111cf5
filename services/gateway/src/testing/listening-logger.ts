import { Logger, type LogFields } from '@wattmesh/platform';

/** Remembers what an operator would read. */
export class ListeningLogger extends Logger {
  readonly lines: string[] = [];

  constructor() {
    super({ service: 'gateway', level: 'silent' });
  }

  override info(_fields: LogFields, message: string): void {
    this.lines.push(`info ${message}`);
  }

  override warn(_fields: LogFields, message: string): void {
    this.lines.push(`warn ${message}`);
  }

  override error(_fields: LogFields, message: string): void {
    this.lines.push(`error ${message}`);
  }
}
