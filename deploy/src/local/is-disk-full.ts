import { statfsSync } from 'node:fs';

/** Less than what a database, a broker or a log asks for at a time. */
const NOTHING_LEFT_BYTES = 4_194_304;

/** Whether the disk of a folder has hardly any room left. */
export function isDiskFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < NOTHING_LEFT_BYTES;
}
