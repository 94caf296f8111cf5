import { z } from 'zod';
import type { ServerProcess } from '../local/child-process.ts';
import { LaunchError } from '../local/launch-error.ts';
import type { Endpoint } from '../stack/build-registry.ts';
import type { Roster } from '../supervise/roster.ts';
import { Supervised, type Life } from '../supervise/supervised.ts';
import { machineEnvironment } from './choose-environment.ts';
import type { ClockLine } from './clock-line.ts';
import { startNodeChild } from './node-child.ts';

const READY_WITHIN_MS = 60_000;

const Ready = z.object({
  ready: z.object({ endpoints: z.record(z.string(), z.object({ host: z.string(), port: z.int() })) }),
});

export interface SimulatorOptions {
  /** Its command line. */
  readonly args: readonly string[];
  readonly logFolder: string;
  readonly clock: ClockLine;
  readonly roster: Roster;
}

interface Serving extends Life {
  readonly process: ServerProcess;
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

/** The simulated devices in a process of their own, which keeps the physical world. */
export class SimulatorProcess {
  readonly #supervised: Supervised<Serving>;

  constructor(private readonly options: SimulatorOptions) {
    this.#supervised = new Supervised('simulator', () => this.#begin(), options.roster.eventsOf('simulator'));
    options.clock.follow(() => this.#supervised.life?.process);
  }

  /** Answers where each site's devices do, once they do. */
  async start(): Promise<ReadonlyMap<string, Endpoint>> {
    return (await this.#supervised.start()).endpoints;
  }

  async stop(): Promise<void> {
    await this.#supervised.stop();
  }

  async #begin(): Promise<Serving> {
    const heard = Promise.withResolvers<ReadonlyMap<string, Endpoint>>();
    const { clock } = this.options;
    const toldClock = clock.text;
    const child = startNodeChild({
      name: 'simulator',
      script: 'simulator/dist/main.js',
      args: this.options.args,
      env: { ...machineEnvironment(process.env), WATTMESH_CLOCK: toldClock },
      heapMb: 256,
      logFolder: this.options.logFolder,
      onMessage: (message) => {
        const said = Ready.safeParse(message);
        if (said.success) heard.resolve(new Map(Object.entries(said.data.ready.endpoints)));
      },
    });
    const late = setTimeout(() => heard.reject(new LaunchError('the simulator is not up after 60 s')), READY_WITHIN_MS);
    void child.ended.then(() =>
      heard.reject(new LaunchError(child.tail().split('\n').at(-1) || 'the simulator ended')),
    );
    try {
      const endpoints = await heard.promise;
      // Released while it came up: it was not told by its name yet.
      if (clock.text !== toldClock) child.tell({ clock: clock.text });
      const { pid, ended } = child;
      return { process: child, endpoints, pid, ended, stop: () => child.stop(), tail: () => child.tail() };
    } catch (error) {
      await child.stop();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }
}
