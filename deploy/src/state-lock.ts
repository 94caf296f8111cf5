import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LaunchError } from './local/launch-error.ts';

/** A run that holds the state folder, and where its servers answer. */
const Holder = z.object({ pid: z.int(), databaseUrl: z.string().optional(), chainUrl: z.string().optional() });
export type Holder = z.infer<typeof Holder>;

const fileOf = (folder: string): string => join(folder, 'running.json');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The run that holds the folder now; undefined where none does. */
export function holderOf(folder: string): Holder | undefined {
  if (!existsSync(fileOf(folder))) return undefined;
  const read = Holder.safeParse(JSON.parse(readFileSync(fileOf(folder), 'utf8') || 'null'));
  return read.success && isAlive(read.data.pid) ? read.data : undefined;
}

/** Holds the state folder for this process. Throws LaunchError where another run holds it. */
export function holdState(folder: string): {
  announce(servers: { databaseUrl: string; chainUrl: string }): void;
  release(): void;
} {
  const holder = holderOf(folder);
  if (holder) throw new LaunchError(`Wattmesh runs already from this folder (process ${holder.pid}): end it first`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (servers: Partial<Holder>) =>
    writeFileSync(fileOf(folder), JSON.stringify({ pid: process.pid, ...servers }), { mode: 0o600 });
  write({});
  return { announce: write, release: () => rmSync(fileOf(folder), { force: true }) };
}
