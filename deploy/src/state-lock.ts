import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { LaunchError } from './local/launch-error.ts';

/** Who holds the state folder, and where its servers answer once they run. */
const Holder = z.object({
  pid: z.int(),
  databaseUrl: z.string().optional(),
  chainUrl: z.string().optional(),
  /** Addresses of the Kafka brokers, where services talk over Kafka. */
  brokers: z.array(z.string()).optional(),
  /** Where each service answers, by its name. */
  urls: z.record(z.string(), z.string()).optional(),
  /** Process id of every server and service that runs now, by its name. */
  processes: z.record(z.string(), z.int()).optional(),
});
export type Holder = z.infer<typeof Holder>;

export interface HeldState {
  /** Says more of itself; what was said before and not again stays. */
  announce(said: Partial<Omit<Holder, 'pid'>>): void;
  release(): void;
}

const fileOf = (folder: string): string => join(folder, 'running.json');

/**
 * Listens on an abstract socket named after the folder; undefined where another process does. The kernel lets one process
 * have it and frees it when that ends, however it ends: a file would outlive a kill.
 */
function listenFor(folder: string): Promise<Server | undefined> {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex');
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(`\0wattmesh-${name}`, () => resolve(server.unref()));
  });
}

/** What the process that holds the folder says of itself; undefined while it says nothing. */
export function holderOf(folder: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')));
  } catch {
    // Not written yet.
    return undefined;
  }
}

function begin(folder: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LaunchError(`${folder} cannot be written (${code}): free space or mend its permissions`, { cause });
  }
}

/** Holds the state folder for this process; undefined where another process holds it. */
export async function tryHoldState(folder: string): Promise<HeldState | undefined> {
  begin(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const lock = await listenFor(folder);
  if (!lock) return undefined;
  let holder: Holder = { pid: process.pid };
  let isReleased = false;
  const announce = (said: Partial<Holder>) => {
    if (isReleased) return;
    holder = { ...holder, ...said };
    const draft = `${fileOf(folder)}.draft`;
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
    renameSync(draft, fileOf(folder));
  };
  begin(folder, () => announce({}));
  return {
    announce,
    release() {
      isReleased = true;
      rmSync(fileOf(folder), { force: true });
      lock.close();
    },
  };
}

/** Holds the state folder for this process. Throws LaunchError where another process holds it. */
export async function holdState(folder: string): Promise<HeldState> {
  const held = await tryHoldState(folder);
  if (held) return held;
  const holder = holderOf(folder);
  throw new LaunchError(
    `Wattmesh runs already from this folder${holder ? ` (process ${holder.pid})` : ''}: end it first`,
  );
}
