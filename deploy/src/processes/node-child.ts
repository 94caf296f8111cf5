import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startProcess, type ServerProcess } from '../local/child-process.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface NodeChildOptions {
  readonly name: string;
  /** Script that Node runs as it is, from the project's root. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env: Record<string, string>;
  readonly heapMb: number;
  /** Folder of the files NAME.jsonl and NAME.errors.log. */
  readonly logFolder: string;
  readonly onMessage?: (message: unknown) => void;
}

/** Starts a script of this project as a process with a channel to this one; it dies with it. */
export function startNodeChild(options: NodeChildOptions): ServerProcess {
  mkdirSync(options.logFolder, { recursive: true });
  return startProcess({
    name: options.name,
    command: process.execPath,
    args: [`--max-old-space-size=${options.heapMb}`, resolve(ROOT, options.script), ...(options.args ?? [])],
    env: options.env,
    hasOwnEnvironment: true,
    logFiles: {
      output: join(options.logFolder, `${options.name}.jsonl`),
      errors: join(options.logFolder, `${options.name}.errors.log`),
    },
    onMessage: options.onMessage ?? (() => undefined),
  });
}
