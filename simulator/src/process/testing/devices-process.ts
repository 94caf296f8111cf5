import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

export type Endpoints = Record<string, { host: string; port: number }>;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** `npm run devices` as a launcher starts it: with a channel, from source. */
export class DevicesProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly #ready = Promise.withResolvers<Endpoints>();

  constructor(args: readonly string[], clock?: string) {
    // oxlint-disable-next-line no-restricted-properties -- a child has the environment of its parent
    const { WATTMESH_CLOCK: _own, ...env } = process.env;
    this.child = fork(MAIN, args, {
      execArgv: ['--conditions=source'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...env, ...(clock === undefined ? {} : { WATTMESH_CLOCK: clock }) },
    });
    let errors = '';
    const { stderr } = this.child;
    if (stderr === null) throw new TypeError('its errors are piped');
    stderr.on('data', (text: Buffer) => (errors += text.toString()));
    this.child.on('message', ({ ready }: { ready: { endpoints: Endpoints } }) => this.#ready.resolve(ready.endpoints));
    // Not 'close': it does not come where this process ended the channel.
    this.ended = Promise.all([once(this.child, 'exit'), once(stderr, 'end')]).then(([[code, signal]]) => {
      this.#ready.reject(new Error(`ended before it was ready: ${errors}`));
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, errors };
    });
    this.#ready.promise.catch(() => undefined);
  }

  /** Where the sites answer. Rejects where the process ends before. */
  get ready(): Promise<Endpoints> {
    return this.#ready.promise;
  }

  kill(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}
