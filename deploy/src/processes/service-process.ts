import type { ServerProcess } from '../local/child-process.ts';
import { ASK_EVERY_MS, UNASKED, judgeLiveness, type Answer } from '../supervise/judge-liveness.ts';
import type { Roster } from '../supervise/roster.ts';
import { Supervised } from '../supervise/supervised.ts';
import type { ClockLine } from './clock-line.ts';
import { startNodeChild, type NodeChildOptions } from './node-child.ts';

const ANSWER_WITHIN_MS = 2500;

/** A service in a process of its own: started again when it ends, and ended when it no longer lives. */
export class ServiceProcess {
  readonly name: string;
  readonly url: string;
  readonly #supervised: Supervised<ServerProcess>;
  readonly #say: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #watch = UNASKED;
  #watched: ServerProcess | undefined;
  #isAsking = false;

  constructor(
    child: NodeChildOptions & { readonly port: number },
    run: { readonly clock: ClockLine; readonly roster: Roster; readonly say: (line: string) => void },
  ) {
    this.name = child.name;
    this.url = `http://127.0.0.1:${child.port}`;
    this.#say = run.say;
    const begin = async () => {
      const env = { ...child.env, PORT: String(child.port), WATTMESH_CLOCK: run.clock.text };
      return startNodeChild({ ...child, env });
    };
    this.#supervised = new Supervised(child.name, begin, run.roster.eventsOf(child.name));
    run.clock.follow(() => this.#supervised.life);
  }

  async start(): Promise<void> {
    await this.#supervised.start();
    this.#timer = setInterval(() => void this.#look(), ASK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#supervised.stop();
  }

  async isReady(): Promise<boolean> {
    return (await this.#ask('/health/ready'))?.ok ?? false;
  }

  /** Its metrics as text; undefined where it does not answer. */
  async metrics(): Promise<string | undefined> {
    const response = await this.#ask('/metrics');
    return response?.ok ? response.text().catch(() => undefined) : undefined;
  }

  async #look(): Promise<void> {
    const life = this.#supervised.life;
    if (life === undefined || this.#isAsking) return;
    if (life !== this.#watched) [this.#watched, this.#watch] = [life, UNASKED];
    this.#isAsking = true;
    const answer = await this.#isAlive();
    this.#isAsking = false;
    if (life !== this.#supervised.life) return;
    const { watch, mustEnd } = judgeLiveness(this.#watch, answer);
    this.#watch = watch;
    if (!mustEnd) return;
    this.#say(
      `${this.name} ${answer === 'ill' ? 'says that it is not alive' : 'has not answered for 60 s'}; ending it`,
    );
    life.kill();
  }

  async #isAlive(): Promise<Answer> {
    const response = await this.#ask('/health/live');
    if (response === undefined) return 'silent';
    return response.status === 503 ? 'ill' : 'alive';
  }

  async #ask(path: string): Promise<Response | undefined> {
    try {
      return await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    } catch {
      // Nobody listens, or it is too busy: the silence is the answer.
      return undefined;
    }
  }
}
