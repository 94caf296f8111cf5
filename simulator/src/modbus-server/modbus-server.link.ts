import { createServer, type Server, type Socket } from 'node:net';
import { MbapFramer, stampMbap } from '@wattmesh/gateway/modbus/mbap-framer';
import { answerRequest } from './answer-request.ts';
import type { RegisterDevice } from './register-device.ts';

export interface ModbusServerOptions {
  /** Devices by unit id; may change while the server runs. */
  units: ReadonlyMap<number, RegisterDevice>;
  /** Simulated time. */
  now: () => number;
  host?: string;
  /** 0: any free port. */
  port?: number;
  maxConnections?: number;
}

/** Length of a write of as many registers as its byte count can say: too many, but whole, so it is answered 03. */
const OVERLONG_WRITE = 7 + 254;

/**
 * Modbus TCP server of one site: many units on one port, strict by the specification. Pipelined requests are answered in order.
 * A frame with a foreign protocol id or a bad length closes the connection; a connection too many is closed at once.
 */
export class ModbusServer {
  private readonly options: Required<ModbusServerOptions>;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(options: ModbusServerOptions) {
    this.options = { host: '127.0.0.1', port: 0, maxConnections: 16, ...options };
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** Starts to listen; the port in use. */
  async listen(): Promise<number> {
    const { host, port } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.removeListener('error', reject);
        resolve();
      });
    });
    return this.port;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : this.options.port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(socket: Socket): void {
    if (this.sockets.size >= this.options.maxConnections) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    const framer = new MbapFramer(OVERLONG_WRITE);
    // A peer that resets is gone; the 'close' that follows does the work.
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('drain', () => socket.resume());
    socket.on('data', (chunk) => this.receive(socket, framer, chunk));
  }

  private receive(socket: Socket, framer: MbapFramer, chunk: Uint8Array): void {
    const answers: Uint8Array[] = [];
    let isDropped = false;
    const fault = framer.push(chunk, (transactionId, unitId, pdu) => {
      if (isDropped) return;
      const answer = answerRequest(this.options.units.get(unitId), pdu, this.options.now());
      if (answer === 'disconnect') isDropped = true;
      if (!(answer instanceof Uint8Array)) return;
      stampMbap(answer, transactionId, unitId);
      answers.push(answer);
    });
    const [only] = answers;
    if (only !== undefined && !socket.write(answers.length === 1 ? only : Buffer.concat(answers))) socket.pause();
    if (isDropped) socket.destroy();
    else if (fault !== undefined) socket.end();
  }
}
