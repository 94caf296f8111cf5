import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Panel } from '../features/panel.ts';
import type { Answer, Backend, Request, SiteForecast, WantedBackend } from './messages.ts';
import type { Training, TrainingResult } from './train-models.ts';
import type { TrainingOptions } from './train-quantity.ts';
import { ModelWorkerError } from './training.errors.ts';

interface Waiting {
  onAnswer: (answer: Answer) => void;
  onFailure: (error: Error) => void;
  onProgress?: (share: number) => void;
}

/** One worker thread with TensorFlow.js. Everything heavy happens there, so the service's event loop stays free. */
export class ModelWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<Backend>;
  #nextId = 1;
  #failure: Error | undefined;

  constructor(wanted: WantedBackend) {
    // tsc does not rewrite this path: the worker has the extension of the file that starts it.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const file = fileURLToPath(new URL(`./model.worker${extension}`, import.meta.url));
    this.#worker = new Worker(file, { workerData: { backend: wanted } });
    this.#ready = new Promise((resolve, reject) => {
      this.#waiting.set(READY, {
        onAnswer: (answer) => answer.kind === 'ready' && resolve(answer.backend),
        onFailure: reject,
      });
    });
    this.#ready.catch(() => undefined);
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    this.#worker.on('error', (cause) => this.#fail(new ModelWorkerError('the model worker died', { cause })));
    this.#worker.on('exit', (code) => this.#fail(new ModelWorkerError(`the model worker ended with ${code}`)));
  }

  /** True once the worker cannot answer any more. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** The backend in use, once it is open. */
  ready(): Promise<Backend> {
    return this.#ready;
  }

  async train(panel: Panel, options: TrainingOptions, onProgress: (share: number) => void): Promise<TrainingResult> {
    const answer = await this.#ask({ kind: 'train', id: this.#nextId++, panel, options }, onProgress);
    if (answer.kind !== 'trained') throw new ModelWorkerError(`unexpected answer ${answer.kind}`);
    return answer.result;
  }

  async forecast(panel: Panel, models: Training['models']): Promise<SiteForecast[]> {
    const answer = await this.#ask({ kind: 'forecast', id: this.#nextId++, panel, models });
    if (answer.kind !== 'forecasted') throw new ModelWorkerError(`unexpected answer ${answer.kind}`);
    return answer.forecasts;
  }

  async stop(): Promise<void> {
    this.#fail(new ModelWorkerError('the model worker was stopped'));
    await this.#worker.terminate();
  }

  async #ask(request: Request, onProgress?: (share: number) => void): Promise<Answer> {
    await this.#ready;
    if (this.#failure) throw this.#failure;
    return new Promise((onAnswer, onFailure) => {
      this.#waiting.set(request.id, { onAnswer, onFailure, ...(onProgress && { onProgress }) });
      this.#worker.postMessage(request, []);
    });
  }

  #take(answer: Answer): void {
    const id = answer.kind === 'ready' ? READY : (answer.id ?? READY);
    const waiting = this.#waiting.get(id);
    if (answer.kind === 'progress') return waiting?.onProgress?.(answer.share);
    this.#waiting.delete(id);
    if (answer.kind === 'failed') waiting?.onFailure(new ModelWorkerError(answer.reason));
    else waiting?.onAnswer(answer);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { onFailure } of this.#waiting.values()) onFailure(error);
    this.#waiting.clear();
  }
}

const READY = 0;
