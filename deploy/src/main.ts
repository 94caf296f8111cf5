import 'reflect-metadata';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ScenarioError } from '@wattmesh/simulator';
import { LaunchError } from './local/launch-error.ts';
import { start } from './start.ts';
import { readStartOptions } from './start-options.ts';

const ROOT = process.env['WATTMESH_ROOT'] ?? process.cwd();
const CALLED_FROM = process.env['WATTMESH_CALLED_FROM'] ?? process.cwd();

const ONE_ASKING_MS = 1000;
const INTERRUPTED = 130;

const ending = new AbortController();
let askedAt: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    askedAt ??= performance.now();
    ending.abort();
    // A second Ctrl-C: all that was started dies with this process. Each comes twice, from the terminal and from the bootstrap.
    if (signal === 'SIGINT' && performance.now() - askedAt > ONE_ASKING_MS) process.exit(INTERRUPTED);
  });
}

if (process.env['WATTMESH_ROOT'] !== undefined) {
  // A bootstrap that was killed cannot pass a signal on: its end counts as one.
  const bootstrap = process.ppid;
  setInterval(() => process.ppid === bootstrap || ending.abort(), 500).unref();
}

// A disk that is full ends at once whatever must not go on without it; all that was started dies with this process.
process.on('uncaughtException', endFor);

try {
  const options = readStartOptions(process.argv.slice(2), { calledFrom: CALLED_FROM, root: ROOT });
  const operatorKey = process.env['WATTMESH_OPERATOR_KEY'];
  process.exitCode = await start(operatorKey === undefined ? options : { ...options, operatorKey }, ending.signal);
} catch (error) {
  endFor(error);
}

function endFor(error: unknown): never {
  process.stderr.write(`wattmesh: ${reasonOf(error) ?? inspect(error)}\n`);
  process.exit(reasonOf(error) === undefined ? 1 : 2);
}

/** The one line for the person; undefined where it is a fault of the program. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof LaunchError || error instanceof ScenarioError) return error.message.split('\n')[0];
  const { code, message } = error as NodeJS.ErrnoException;
  if (['ECONNREFUSED', 'ECONNRESET', '57P01'].includes(code ?? ''))
    return `a server that the run needs has gone (${message || code}): start again when it is back`;
  if (!['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(code ?? '')) return undefined;
  return `${message}; free space or mend permissions in ${join(ROOT, '.wattmesh')}, then start again`;
}
