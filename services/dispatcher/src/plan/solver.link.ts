import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '@wattmesh/platform';
import { Worker } from 'node:worker_threads';
import type { CommunityPlan, CommunityProblem } from './plan-community.ts';
import { SolverFailed } from './plan.errors.ts';
import type { SolveAnswer } from './solve.worker.ts';

interface Waiting {
  resolve(solved: Solved): void;
  reject(error: Error): void;
}

export interface Solved {
  plan: CommunityPlan;
  solveMs: number;
}

/** Sends planning problems to a worker thread that holds HiGHS; starts it when first asked and again after it died. */
@Injectable()
export class SolverLink implements OnApplicationShutdown {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(private readonly clock: Clock) {}

  plan(problem: CommunityProblem): Promise<Solved> {
    const id = ++this.#lastId;
    const solved = new Promise<Solved>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const worker = this.#running();
    // Keeps the process alive only while a problem is with it.
    worker.ref();
    worker.postMessage({ id, problem });
    return this.clock.track(solved);
  }

  async onApplicationShutdown(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#rejectAll('the service stops');
    await worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // The compiler rewrites imports, not URLs: the worker has this file's extension, in source and in dist.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const worker = new Worker(new URL(`./solve.worker${extension}`, import.meta.url));
    worker.on('message', (answer: SolveAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#died(worker, String(error)));
    worker.on('exit', (code) => this.#died(worker, `exit ${code}`));
    return (this.#worker = worker);
  }

  #settle(answer: SolveAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('error' in answer)
      waiting?.reject(new SolverFailed(`the solver refused the planning problem: ${answer.error}`));
    else waiting?.resolve({ plan: answer.plan, solveMs: answer.solveMs });
  }

  #died(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#rejectAll(why);
  }

  #rejectAll(why: string): void {
    for (const waiting of this.#waiting.values())
      waiting.reject(new SolverFailed(`the solver thread ended (${why}); the next plan starts another`));
    this.#waiting.clear();
  }
}
