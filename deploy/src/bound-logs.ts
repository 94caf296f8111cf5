import { copyFileSync, existsSync, readdirSync, renameSync, statSync, truncateSync } from 'node:fs';
import { extname, join } from 'node:path';

const LARGEST_BYTES = 16 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;

/** NAME.1.jsonl: what was logged before NAME.jsonl. */
function previousOf(file: string): string {
  const extension = extname(file);
  return `${file.slice(0, -extension.length)}.1${extension}`;
}

function logsIn(folder: string): { file: string; sizeBytes: number }[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => /\.(jsonl|log)$/.test(name) && !/\.1\.\w+$/.test(name))
    .map((name) => join(folder, name))
    .map((file) => ({ file, sizeBytes: statSync(file).size }));
}

/** Begins all logs of a folder anew; those of the run before are kept beside them. */
export function beginLogs(folder: string): void {
  for (const { file, sizeBytes } of logsIn(folder)) if (sizeBytes > 0) renameSync(file, previousOf(file));
}

/** Empties logs that have grown too large; what they held is kept beside them. Whoever writes there appends, and goes on. */
export function trimLogs(folder: string, largestBytes = LARGEST_BYTES): void {
  for (const { file, sizeBytes } of logsIn(folder)) {
    if (sizeBytes <= largestBytes) continue;
    copyFileSync(file, previousOf(file));
    truncateSync(file);
  }
}

/** Keeps the logs of a folder small until it is told to end. A full disk is told of, and tried again. */
export function boundLogs(folder: string, say: (line: string) => void): () => void {
  const trim = () => {
    try {
      trimLogs(folder);
    } catch (error) {
      say(`the logs cannot be kept small (${(error as Error).message}); trying again`);
    }
  };
  const timer = setInterval(trim, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
