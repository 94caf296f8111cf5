import { createServer, type Server, type Socket } from 'node:net';

export interface PeerRequest {
  frame: Buffer;
  socket: Socket;
  /** Requests on this server before this one. */
  index: number;
}
export type Behaviour = (request: PeerRequest) => void;

/** A raw peer that answers frame by frame as a test tells it. */
export class RawPeer {
  readonly sockets = new Set<Socket>();
  connections = 0;
  requests: Buffer[] = [];
  private readonly server: Server;

  constructor(behave: Behaviour) {
    this.server = createServer((socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      let rest = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 6 && rest.length >= 6 + rest.readUInt16BE(4)) {
          const frame = rest.subarray(0, 6 + rest.readUInt16BE(4));
          rest = rest.subarray(frame.length);
          this.requests.push(frame);
          behave({ frame, socket, index: this.requests.length - 1 });
        }
      });
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** The right answer of a device: every register holds its own address; writes are echoed. */
export function answerOf(frame: Buffer): Buffer {
  const isWrite = frame[7] === 16;
  const count = frame.readUInt16BE(10);
  const reply = Buffer.alloc(isWrite ? 12 : 9 + 2 * count);
  frame.copy(reply, 0, 0, 8);
  reply.writeUInt16BE(reply.length - 6, 4);
  if (isWrite) frame.copy(reply, 8, 8, 12);
  else {
    reply[8] = 2 * count;
    for (let i = 0; i < count; i++) reply.writeUInt16BE((frame.readUInt16BE(8) + i) & 0xffff, 9 + 2 * i);
  }
  return reply;
}
