/**
 * The one line of a process's last words that says why it ended: the first that names an error, else the last.
 *
 * Pure. Example: of a stack trace with Node's version under it, `TypeError: x is not a function`.
 */
export function findReason(words: string): string {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (lines.find((line) => /^(Uncaught )?(\w+Error|Error)\b.*: /.test(line)) ?? lines.at(-1) ?? '').slice(0, MOST);
}

const MOST = 300;
