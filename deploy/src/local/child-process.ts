import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { LaunchError } from './launch-error.ts';

const SETPRIV = '/usr/bin/setpriv';
const UNSHARE = '/usr/bin/unshare';
const STOP_WITHIN_MS = 10_000;
const MOST_KEPT = 2000;

export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles with the exit code when the process has ended; null where a signal ended it or it never began. */
  readonly ended: Promise<number | null>;
  /** Asks the process to end and waits; kills it where it does not within 10 s. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it at once. */
  kill(): void;
  /** Tells a process that was started with a channel something; false where it cannot hear. */
  tell(message: object): boolean;
  /** What it printed last, for an error message. */
  tail(): string;
}

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Only the environment given, without this process's own. */
  readonly hasOwnEnvironment?: boolean;
  /** Servers that refuse to run as root are started in a user namespace of their own. */
  readonly dropRoot?: boolean;
  /** Files that it appends its output to by itself: what is written stays, however either process ends. */
  readonly logFiles?: { readonly output: string; readonly errors: string };
  /** Characters of its last words that are kept. */
  readonly tailLength?: number;
  /** Opens a channel for messages between both, and hears what it says. */
  readonly onMessage?: (message: unknown) => void;
}

/** Words put before a command so that it dies with this process and, where asked, does not run as root. */
function wrapped(command: string, args: readonly string[], dropRoot: boolean): string[] {
  const words = [command, ...args];
  if (process.platform !== 'linux') return words;
  const bound = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...words] : words;
  return dropRoot && process.getuid?.() === 0 ? [UNSHARE, '-U', '--map-user=1000', ...bound] : bound;
}

interface Spawned {
  readonly child: ChildProcess;
  readonly tail: () => string;
}

function spawnBound(options: ProcessOptions, output: readonly (number | 'pipe')[]): ChildProcess {
  const [file, ...args] = wrapped(options.command, options.args, options.dropRoot ?? false);
  if (file === undefined) throw new LaunchError(`${options.name}: nothing to start`);
  const stdio: StdioOptions = ['ignore', ...output];
  return spawn(file, args, {
    stdio: options.onMessage ? [...stdio, 'ipc'] : stdio,
    env: options.hasOwnEnvironment ? options.env : { ...process.env, ...options.env },
    cwd: options.cwd,
    detached: true,
  });
}

function spawnLogging(options: ProcessOptions, files: { output: string; errors: string }): Spawned {
  const output = openSync(files.output, 'a', 0o600);
  const errors = openSync(files.errors, 'a', 0o600);
  try {
    const begin = fstatSync(errors).size;
    const child = spawnBound(options, [output, errors]);
    return { child, tail: () => readFileSync(files.errors).subarray(begin).toString().slice(-MOST_KEPT) };
  } finally {
    closeSync(output);
    closeSync(errors);
  }
}

function spawnListening(options: ProcessOptions): Spawned {
  const child = spawnBound(options, ['pipe', 'pipe']);
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-(options.tailLength ?? MOST_KEPT));
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return { child, tail: () => printed };
}

/** Starts a local server as a child process that cannot outlive this one. */
export function startProcess(options: ProcessOptions): ServerProcess {
  const { child, tail } = options.logFiles ? spawnLogging(options, options.logFiles) : spawnListening(options);
  let failure = '';
  if (options.onMessage) child.on('message', options.onMessage);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    // Also what a message to a process that is just ending comes to: then its exit follows.
    child.on('error', (error) => {
      failure = error.message;
      if (child.pid === undefined) resolve(null);
    });
  });
  const hasEnded = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  return {
    name: options.name,
    pid: child.pid ?? -1,
    ended,
    tail: () => `${tail()}\n${failure}`.trim(),
    kill: () => void child.kill('SIGKILL'),
    tell: (message) => child.connected && child.send(message, () => undefined),
    async stop(signal = 'SIGTERM') {
      if (hasEnded()) return;
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
