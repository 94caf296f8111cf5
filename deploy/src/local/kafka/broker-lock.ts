import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchError } from '../launch-error.ts';

const WAIT_MS = 10_000;
const LOOK_AGAIN_MS = 100;

function isKafka(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('kafka.Kafka');
  } catch {
    // It has just ended.
    return false;
  }
}

/** Process id of the broker that holds a data folder by Kafka's own `.lock`; undefined where none does, or the system does not tell. */
export function brokerHolding(dataFolder: string): string | undefined {
  const lock = statSync(join(dataFolder, '.lock'), { throwIfNoEntry: false });
  if (!lock || process.platform !== 'linux') return undefined;
  // "1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 0 EOF": process, then device and inode of the file.
  const holders = readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[5]?.split(':')[2] === String(lock.ino));
  return holders.map((words) => words[4] ?? '').find(isKafka);
}

/**
 * Waits for the broker of a killed run that still ends in the same folder: its controller writes there before it looks at the lock, so
 * two must never start. Throws LaunchError where that broker goes on.
 */
export async function waitUntilUnheld(dataFolder: string, withinMs = WAIT_MS): Promise<void> {
  const deadline = Date.now() + withinMs;
  let holder = brokerHolding(dataFolder);
  while (holder !== undefined && Date.now() < deadline) {
    await sleep(LOOK_AGAIN_MS);
    holder = brokerHolding(dataFolder);
  }
  if (holder === undefined) return;
  throw new LaunchError(`a Kafka broker (process ${holder}) runs already in ${dataFolder}: end it first`);
}
