import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** FATAL 57P03, as a server says while it recovers: length, severity, code, message. */
const STARTING = fatal('57P03', 'the database system is starting up');

/** Stands between a service and Postgres, and does to it what networks and servers do. */
export class PostgresProxy {
  readonly #server: Server;
  readonly #pairs = new Set<{ client: Socket; upstream: Socket }>();
  #target = new URL('postgres://127.0.0.1');
  #isPaused = false;
  #refusals = 0;
  #answerToLose: string | undefined;
  connections = 0;

  private constructor() {
    this.#server = createServer((client) => this.#accept(client));
  }

  static async before(url: string): Promise<PostgresProxy> {
    const proxy = new PostgresProxy();
    proxy.#target = new URL(url);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const url = new URL(this.#target);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Nothing passes any more, as if the server or the way to it stood still. New connections are taken and not answered. */
  pause(): void {
    this.#isPaused = true;
    for (const pair of this.#pairs) hold(pair);
  }

  resume(): void {
    this.#isPaused = false;
    for (const pair of this.#pairs) join(pair);
  }

  /** The next connections are told that the server is starting up. */
  refuse(times: number): void {
    this.#refusals = times;
  }

  /** The next statement that contains the text is brought to the server, and its answer to nobody: the connection breaks. */
  loseAnswerTo(text: string): void {
    this.#answerToLose = text;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    this.connections += 1;
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      client.on('error', () => undefined);
      client.once('data', () => client.end(STARTING));
      return;
    }
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    const pair = { client, upstream };
    this.#pairs.add(pair);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    client.on('data', (chunk) => this.#watch(pair, chunk));
    if (this.#isPaused) hold(pair);
    else join(pair);
  }

  #watch({ client, upstream }: { client: Socket; upstream: Socket }, chunk: Buffer): void {
    if (this.#answerToLose === undefined || !chunk.includes(this.#answerToLose)) return;
    this.#answerToLose = undefined;
    upstream.unpipe(client);
    upstream.once('data', () => client.destroy()).resume();
  }
}

function join({ client, upstream }: { client: Socket; upstream: Socket }): void {
  client.pipe(upstream);
  upstream.pipe(client);
}

function hold({ client, upstream }: { client: Socket; upstream: Socket }): void {
  client.unpipe(upstream).pause();
  upstream.unpipe(client).pause();
}

function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
