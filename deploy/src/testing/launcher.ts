import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertPortFree } from '../local/ports.ts';
import { CHAIN_PORT, KAFKA_PORT, POSTGRES_PORT } from '../local/servers.ts';
import { holderOf } from '../state-lock.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const READY_WITHIN_MS = 180_000;
const TURN_WITHIN_MS = 600_000;
const PORTS = [POSTGRES_PORT, CHAIN_PORT, KAFKA_PORT, 1502, 1503, 1504];

/** The launcher has ports of its own: where a village runs on this machine already, no spec can start another. */
export async function areLauncherPortsFree(): Promise<boolean> {
  const free = await Promise.allSettled(PORTS.map((port) => assertPortFree(port, 'a server')));
  return free.every(({ status }) => status === 'fulfilled');
}

/** Specs that start the launcher take turns: the kernel lets one process have the socket, and frees it when that ends. */
async function takeTurn(): Promise<Server> {
  const deadline = performance.now() + TURN_WITHIN_MS;
  for (;;) {
    const turn = createServer();
    const isTaken = await new Promise<boolean>((resolve) => {
      turn.once('error', () => resolve(false));
      turn.listen('\0wattmesh-launcher-specs', () => resolve(true));
    });
    if (isTaken) return turn;
    if (performance.now() > deadline) throw new Error('another spec keeps the launcher for ever');
    await sleep(200);
  }
}

/** `npm start` as a process, in a state folder of its own. */
export class Launcher {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wattmesh-launcher-'));
  #turn: Server | undefined;
  #process: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(null);
  printed = '';

  constructor(private readonly args: readonly string[]) {}

  get stateFolder(): string {
    return join(this.#folder, '.wattmesh');
  }

  /** Address of a service of the running stack. */
  url(service: string): string {
    const url = holderOf(this.stateFolder)?.urls?.[service];
    if (url === undefined) throw new Error(`${service} does not run: ${this.printed}`);
    return url;
  }

  /** Starts it, or starts it again, and waits until it is ready. */
  async start(): Promise<void> {
    this.#turn ??= await takeTurn();
    this.printed = '';
    const env = { ...process.env, WATTMESH_ROOT: this.#folder };
    const child = spawn(process.execPath, [join(ROOT, 'deploy', 'dist', 'main.js'), ...this.args], { cwd: ROOT, env });
    child.stderr?.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.#exited = new Promise((resolve) => child.once('exit', resolve));
    this.#process = child;
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!this.printed.includes('ready: ')) {
      if (performance.now() > deadline || child.exitCode !== null) throw new Error(this.printed);
      await sleep(100);
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#process?.kill(signal);
    return this.#exited;
  }

  /** Ends it at once and forgets everything. */
  async remove(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    this.#turn?.close();
  }
}
