import type { Response } from 'express';
import type { StreamHello } from '../view/stream-frame.schema.ts';
import { frameOf, thinReadings, type StreamEvent } from './stream-event.ts';

const HEARTBEAT_WALL_MS = 10_000;
/** A client that takes nothing for so long is cut: it resumes where it was when it comes back. */
const PATIENCE_WALL_MS = 15_000;
const GOODBYE_WALL_MS = 5000;
/** Events that a client gets at once; a page as full as that has fallen behind. */
const PAGE = 500;

/** What a client is told of. */
export interface StreamSource {
  /** Events after a position. */
  after(position: number, most: number): Promise<readonly StreamEvent[]>;
  listen(onNews: () => void): () => void;
  hello(position: number): StreamHello;
}

/** How long the link waits, where a spec cannot. */
export interface StreamPatience {
  readonly heartbeatMs: number;
  readonly patienceMs: number;
}

/**
 * One open stream. It holds nothing: it reads a page, writes it, and reads on when the socket has taken it. A slow client so falls
 * behind in the log, is given its readings thinned, and is cut where it takes nothing at all.
 */
export class StreamClient {
  #wake: () => void = () => undefined;
  #hasNews = true;
  #isSlow = false;
  #position: number;
  #speed = Number.NaN;

  constructor(
    private readonly response: Response,
    private readonly stream: { readonly communityId: string; readonly source: StreamSource; readonly after: number },
    private readonly patience: StreamPatience = { heartbeatMs: HEARTBEAT_WALL_MS, patienceMs: PATIENCE_WALL_MS },
  ) {
    this.#position = stream.after;
  }

  /** Resolves, when the stream has ended, to why it was cut; to undefined where the client left. */
  async run(): Promise<string | undefined> {
    const stopListening = this.stream.source.listen(() => this.#tell());
    const heartbeat = setInterval(() => this.#beat(), this.patience.heartbeatMs);
    this.response.once('close', () => this.#tell());
    try {
      while (!this.response.closed) {
        const reason = await this.#step();
        if (reason !== undefined) return reason;
      }
      return undefined;
    } finally {
      clearInterval(heartbeat);
      stopListening();
    }
  }

  async #step(): Promise<string | undefined> {
    this.#greet();
    const page = await this.stream.source.after(this.#position, PAGE);
    if (page.length === 0) {
      await this.#news();
      return undefined;
    }
    const events = this.#isSlow || page.length === PAGE ? thinReadings(page) : page;
    const isTaken = await this.#write(events.filter(({ communityId }) => communityId === this.stream.communityId));
    this.#position = page.at(-1)?.position ?? this.#position;
    return isTaken ? undefined : this.#cut('the client takes nothing: connect again to resume');
  }

  /** First of all, and whenever simulated time changes its pace. */
  #greet(): void {
    const hello = this.stream.source.hello(this.#position);
    if (hello.speed === this.#speed) return;
    this.#speed = hello.speed;
    this.response.write(`event: hello\ndata: ${JSON.stringify(hello)}\n\n`);
  }

  /** Answers whether the client took the events in time. */
  async #write(events: readonly StreamEvent[]): Promise<boolean> {
    const startedMs = performance.now();
    for (const event of events) {
      if (this.response.closed) return true;
      if (!this.response.write(frameOf(event)) && !(await this.#drained())) return this.response.closed;
    }
    this.#isSlow = performance.now() - startedMs > 1000;
    return true;
  }

  #drained(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(false), this.patience.patienceMs);
      const onDrain = (): void => end(true);
      const onClose = (): void => end(false);
      const end = (isTaken: boolean): void => {
        clearTimeout(timer);
        this.response.off('drain', onDrain).off('close', onClose);
        resolve(isTaken);
      };
      this.response.once('drain', onDrain).once('close', onClose);
    });
  }

  /** A comment that keeps proxies awake; its id moves what the client resumes after. */
  #beat(): void {
    if (!this.response.writableNeedDrain) this.response.write(`: ${this.#position}\nid: ${this.#position}\n\n`);
  }

  #cut(reason: string): string {
    this.response.end(`event: bye\ndata: ${JSON.stringify({ reason })}\n\n`);
    setTimeout(() => this.response.destroy(), GOODBYE_WALL_MS).unref();
    return reason;
  }

  #tell(): void {
    this.#hasNews = true;
    this.#wake();
  }

  async #news(): Promise<void> {
    if (!this.#hasNews) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#hasNews = false;
  }
}
