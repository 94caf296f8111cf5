import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchError } from '../local/launch-error.ts';
import { holderOf } from '../state-lock.ts';
import type { Act } from './plan-acts.ts';
import { processTree } from './process-tree.ts';

/** What became of a blow: seconds from it, or from the end of the pause, until the process was back at its work. */
export interface Struck extends Act {
  readonly backS: number;
}

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 180_000;
/** Who was paused says at first that it is ready: it has not noticed yet. */
const STEADY_MS = 3000;
const ANSWER_MS = 3000;

/** Strikes one process of the running stack in the folder and waits until everything is at work again. */
export async function strike(folder: string, act: Act, pauseMs: number): Promise<Struck> {
  const pid = pidOf(folder, act.process);
  if (act.kind === 'kill') process.kill(pid, 'SIGKILL');
  else await pause(pid, pauseMs);
  const since = performance.now();
  const isBack = async (): Promise<boolean> =>
    (act.kind === 'pause' || (processesOf(folder)[act.process] ?? pid) !== pid) &&
    (await isAtWork(folder, act.process));
  let backAt: number | undefined;
  while (backAt === undefined || performance.now() - backAt < STEADY_MS) {
    if (!(await isBack())) backAt = undefined;
    else backAt ??= performance.now();
    if (performance.now() - since > PATIENCE_MS)
      throw new LaunchError(`${act.process} did not come back within ${PATIENCE_MS / 1000} s of a ${act.kind}`);
    await sleep(LOOK_EVERY_MS);
  }
  return { ...act, backS: Math.round((backAt - since) / 100) / 10 };
}

/** Processes of the running stack by name. Throws LaunchError where none runs. */
export function processesOf(folder: string): Readonly<Record<string, number>> {
  const processes = holderOf(folder)?.processes;
  if (processes === undefined || Object.keys(processes).length === 0)
    throw new LaunchError('no stack of processes runs from this folder: npm start in another terminal first');
  return processes;
}

function pidOf(folder: string, name: string): number {
  const pid = processesOf(folder)[name];
  if (pid === undefined) throw new LaunchError(`${name} does not run`);
  return pid;
}

async function pause(pid: number, pauseMs: number): Promise<void> {
  const tree = processTree(pid);
  for (const member of tree) signal(member, 'SIGSTOP');
  await sleep(pauseMs);
  for (const member of tree) signal(member, 'SIGCONT');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // A child of a server may have ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A service: it is ready. A server: every service is ready again. */
async function isAtWork(folder: string, name: string): Promise<boolean> {
  const urls = holderOf(folder)?.urls ?? {};
  const own = urls[name];
  const asked = own === undefined ? Object.values(urls) : [own];
  const answers = await Promise.all(asked.map(isReady));
  return answers.every(Boolean);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS) })).ok;
  } catch {
    // Whatever went wrong: it is not at work.
    return false;
  }
}
