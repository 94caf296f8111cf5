import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorldState, type KeptWorld } from '@wattmesh/simulator';
import { z } from 'zod';
import { LaunchError } from './local/launch-error.ts';

/** Where a stopped community stands: enough to go on as if it had only paused. */
const SavedState = z.object({
  version: z.literal(2),
  /** Hash of the scenario file and seed; another scenario cannot go on from this state. */
  scenarioHash: z.string(),
  scenario: z.string(),
  simMs: z.number(),
  firstDevicePort: z.int(),
  contracts: z.object({ registry: z.string(), settlement: z.string(), token: z.string() }),
  /** What carried its events. */
  bus: z.enum(['memory', 'kafka']),
  /** Servers of the person's own that hold a part of it; absent: they are this folder's. */
  databaseUrl: z.string().optional(),
  chainUrl: z.string().optional(),
  brokers: z.array(z.string()).optional(),
});
export type SavedState = z.infer<typeof SavedState>;

/** Where the physical world stands: kept by whoever simulates its devices. */
export const worldFileOf = (folder: string): string => join(folder, 'world.json');

const fileOf = (folder: string): string => join(folder, 'state.json');

/** Reads the saved state; undefined where nothing was saved. Throws LaunchError where the file is damaged. */
export function readState(folder: string): SavedState | undefined {
  const file = fileOf(folder);
  if (!existsSync(file)) return undefined;
  try {
    return SavedState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new LaunchError(`${file} is damaged; start with --fresh to forget the earlier state`, { cause });
  }
}

/** Reads the world that belongs to a saved state. Throws LaunchError where it is missing or damaged. */
export function readWorld(folder: string): KeptWorld {
  const file = worldFileOf(folder);
  try {
    const world = readWorldState(file);
    if (world) return world;
  } catch (cause) {
    throw new LaunchError(`${file} is damaged; start with --fresh to forget the earlier state`, { cause });
  }
  throw new LaunchError(`${file} is missing; start with --fresh to forget the earlier state`);
}

/** Replaces the saved state in one step, so that a kill leaves the old or the new one. */
export function writeState(folder: string, state: SavedState): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${fileOf(folder)}.draft`;
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  renameSync(draft, fileOf(folder));
}

/** Forgets everything but who holds the folder. */
export function forgetState(folder: string): void {
  for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
    if (!entry.startsWith('running.json')) rmSync(join(folder, entry), { recursive: true, force: true });
  }
}
