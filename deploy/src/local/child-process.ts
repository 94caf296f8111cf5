import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { LaunchError } from './launch-error.ts';

const SETPRIV = '/usr/bin/setpriv';
const UNSHARE = '/usr/bin/unshare';

export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Settles with the exit code when the process has ended; null where a signal ended it or it never began. */
  readonly ended: Promise<number | null>;
  /** Asks the process to end and waits; kills it where it does not within 10 s. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** What it printed last, for an error message. */
  tail(): string;
}

/** Words put before a command so that it dies with this process and, where asked, does not run as root. */
function wrapped(command: string, args: readonly string[], dropRoot: boolean): string[] {
  const words = [command, ...args];
  if (process.platform !== 'linux') return words;
  const bound = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...words] : words;
  return dropRoot && process.getuid?.() === 0 ? [UNSHARE, '-U', '--map-user=1000', ...bound] : bound;
}

/** Starts a local server as a child process that cannot outlive this one. */
export function startProcess(options: {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Servers that refuse to run as root are started in a user namespace of their own. */
  dropRoot?: boolean;
}): ServerProcess {
  const [file, ...args] = wrapped(options.command, options.args, options.dropRoot ?? false);
  if (file === undefined) throw new LaunchError(`${options.name}: nothing to start`);
  const child: ChildProcess = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    detached: true,
  });
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', (error) => {
      printed += error.message;
      resolve(null);
    });
  });
  return {
    name: options.name,
    pid: child.pid ?? -1,
    ended,
    tail: () => printed.trim(),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
