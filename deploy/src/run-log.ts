import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@wattmesh/platform';
import { destination } from 'pino';

/**
 * Logs of a run: one JSON line per event of any service, in one file that a person can follow. Each is written at once, and
 * the file is open until the process ends: what ends last, a connection that the database closes, logs too.
 */
export class RunLog {
  readonly file: string;
  readonly #lines: ReturnType<typeof destination>;

  constructor(
    folder: string,
    private readonly level: string,
    /** Told once each time that nothing can be written any more. */
    onTrouble: (reason: string) => void,
  ) {
    mkdirSync(join(folder, 'log'), { recursive: true });
    this.file = join(folder, 'log', 'wattmesh.jsonl');
    this.#lines = destination({ dest: this.file, sync: true });
    let isInTrouble = false;
    this.#lines.on('error', (error: Error) => {
      if (!isInTrouble) onTrouble(error.message);
      isInTrouble = true;
    });
    this.#lines.on('write', () => (isInTrouble = false));
  }

  loggerOf(service: string): Logger {
    return new Logger({ service, level: this.level, lines: this.#lines });
  }
}
