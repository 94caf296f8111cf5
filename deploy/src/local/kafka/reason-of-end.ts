import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXCEPTION = /^(?:Caused by: )?(?:[\w$]+\.)+[\w$]*(?:Exception|Error): (.+)$/;

/** Why a broker or its tool ended, in one line of its log or of what it printed; undefined where neither says. */
export function reasonOfEnd(folder: string, printed: string): string | undefined {
  const log = join(folder, 'log', 'kafka.0.log');
  const text = `${existsSync(log) ? readFileSync(log, 'utf8') : ''}\n${printed}`;
  if (/No space left on device/.test(text)) return `no space is left in ${folder}: free some`;
  const lines = text.split('\n');
  const exception = lines.map((line) => EXCEPTION.exec(line)?.[1]).findLast((reason) => reason !== undefined);
  return exception ?? printed.split('\n').findLast((line) => line.trim() !== '');
}
