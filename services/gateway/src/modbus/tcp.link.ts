import { connect, type Socket } from 'node:net';
import { decodeResponse } from './decode-response.ts';
import { encodeRequest, type ModbusRequest } from './encode-request.ts';
import { MBAP_HEADER_BYTES, MbapFramer, stampMbap } from './mbap-framer.ts';
import { ModbusError } from './modbus-error.ts';
import type { ModbusLink } from './modbus-link.ts';

export interface TcpLinkOptions {
  host: string;
  port: number;
  /** Wall time from the call to the answer, waiting for earlier requests included. */
  timeoutMs?: number;
  connectTimeoutMs?: number;
  /** Requests in flight at once, 1 to 16; many devices serve only one. */
  window?: number;
  /** How long a write to unit 0 waits for an answer that a broadcast does not get. */
  turnaroundMs?: number;
}

/** Some sixteen of the longest answers. */
const INBOX_BYTES = 4096;

interface Pending {
  readonly unitId: number;
  readonly request: ModbusRequest;
  readonly frame: Uint8Array;
  readonly deadlineMs: number;
  readonly resolve: (words: Uint16Array) => void;
  readonly reject: (error: ModbusError) => void;
}

/**
 * Modbus TCP client on one lazily opened connection. A timeout or framing fault drops the connection, so that no late or
 * torn answer can be taken for a later request's; the next request opens a fresh one.
 */
export class TcpLink implements ModbusLink {
  private readonly options: Required<TcpLinkOptions>;
  private readonly framer = new MbapFramer();
  private readonly inbox = Buffer.alloc(INBOX_BYTES);
  private readonly inFlight = new Map<number, Pending>();
  private queue: Pending[] = [];
  private socket: Socket | undefined;
  private isConnected = false;
  private isClosed = false;
  private isPumpDue = false;
  private transactionId = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: TcpLinkOptions) {
    this.options = { timeoutMs: 3000, connectTimeoutMs: 3000, window: 1, turnaroundMs: 100, ...options };
    const { window } = this.options;
    if (!Number.isInteger(window) || window < 1 || window > 16) {
      throw new ModbusError('RANGE', `window ${window}: use 1 to 16 requests in flight`);
    }
  }

  read(unitId: number, address: number, count: number): Promise<Uint16Array> {
    return this.submit(unitId, { functionCode: 3, address, count });
  }

  async write(unitId: number, address: number, words: ArrayLike<number>): Promise<void> {
    await this.submit(unitId, { functionCode: 16, address, words: Array.from(words) });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    const socket = this.socket;
    this.drop(closed('the link was closed'));
    this.rejectQueue(closed('the link was closed', false));
    if (socket === undefined || socket.closed) return;
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  }

  private submit(unitId: number, request: ModbusRequest): Promise<Uint16Array> {
    return new Promise((resolve, reject) => {
      if (!Number.isInteger(unitId) || unitId < 0 || unitId > 255) {
        throw new ModbusError('RANGE', `unit ${unitId}: use 0 to 255`);
      }
      const frame = encodeRequest(request, MBAP_HEADER_BYTES);
      if (this.isClosed) throw closed('the link was closed', false);
      this.queue.push({
        unitId,
        request,
        frame,
        deadlineMs: performance.now() + this.options.timeoutMs,
        resolve,
        reject,
      });
      this.schedulePump();
      this.armTimer();
    });
  }

  /** Requests of one turn of the event loop leave in one write. */
  private schedulePump(): void {
    if (this.isPumpDue) return;
    this.isPumpDue = true;
    queueMicrotask(() => {
      this.isPumpDue = false;
      this.pump();
    });
  }

  private pump(): void {
    if (this.isClosed || this.queue.length === 0) return;
    if (this.socket === undefined) this.open();
    if (this.socket === undefined || !this.isConnected) return;
    const free = this.options.window - this.inFlight.size;
    if (free <= 0) return;
    const launched = this.queue.splice(0, free);
    // One pooled buffer for all frames: half the cost of handing each to the socket.
    const bytes = Buffer.allocUnsafe(launched.reduce((sum, { frame }) => sum + frame.length, 0));
    let at = 0;
    for (const pending of launched) {
      bytes.set(this.launch(pending), at);
      at += pending.frame.length;
    }
    this.socket.write(bytes);
  }

  private launch(pending: Pending): Uint8Array {
    do this.transactionId = (this.transactionId + 1) & 0xffff;
    while (this.inFlight.has(this.transactionId));
    const id = this.transactionId;
    stampMbap(pending.frame, id, pending.unitId);
    this.inFlight.set(id, pending);
    if (pending.unitId === 0 && pending.request.functionCode > 4) {
      setTimeout(() => this.settleBroadcast(id, pending), this.options.turnaroundMs).unref();
    }
    return pending.frame;
  }

  private settleBroadcast(id: number, pending: Pending): void {
    if (this.inFlight.get(id) !== pending) return;
    this.inFlight.delete(id);
    pending.resolve(new Uint16Array(0));
    this.schedulePump();
  }

  private open(): void {
    const { host, port, connectTimeoutMs } = this.options;
    const onread = { buffer: this.inbox, callback: (bytes: number): boolean => this.receive(socket, bytes) };
    const socket = connect({ host, port, noDelay: true, onread });
    this.socket = socket;
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection in ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    let cause: Error | undefined;
    socket.on('error', (error) => (cause = error));
    socket.on('connect', () => {
      clearTimeout(timer);
      this.isConnected = true;
      this.pump();
    });
    socket.on('end', () => {
      if (this.socket === socket) this.drop(closed(`${host}:${port} closed the connection`));
    });
    socket.on('close', () => {
      clearTimeout(timer);
      if (this.socket !== socket) return;
      const wasConnected = this.isConnected;
      this.drop(closed(`connection to ${host}:${port} was lost`, true, cause));
      if (!wasConnected) this.rejectQueue(closed(`cannot connect to ${host}:${port}`, false, cause));
    });
  }

  private receive(socket: Socket, bytes: number): boolean {
    if (socket !== this.socket) return false;
    const fault = this.framer.push(this.inbox.subarray(0, bytes), (transactionId, unitId, pdu) => {
      const pending = this.inFlight.get(transactionId);
      if (pending === undefined || pending.unitId !== unitId) return;
      this.inFlight.delete(transactionId);
      this.settle(pending, pdu);
    });
    if (fault === undefined) this.pump();
    else this.drop(new ModbusError('FRAMING', `bad ${fault} in the header of a frame: connection dropped`));
    return true;
  }

  private settle(pending: Pending, pdu: Uint8Array): void {
    try {
      pending.resolve(decodeResponse(pending.request, pdu));
    } catch (error) {
      pending.reject(
        error instanceof ModbusError ? error : new ModbusError('BAD_PDU', 'undecodable', { cause: error }),
      );
    }
  }

  private drop(error: ModbusError): void {
    const socket = this.socket;
    this.socket = undefined;
    this.isConnected = false;
    this.framer.reset();
    socket?.destroy();
    const lost = [...this.inFlight.values()];
    this.inFlight.clear();
    for (const pending of lost) pending.reject(error);
    if (this.queue.length > 0) this.schedulePump();
  }

  private rejectQueue(error: ModbusError): void {
    const lost = this.queue;
    this.queue = [];
    for (const pending of lost) pending.reject(error);
  }

  /** Deadlines pass in the order of the calls, so one timer on the oldest request serves all. */
  private armTimer(): void {
    const oldest = this.oldest();
    if (this.timer !== undefined || oldest === undefined) return;
    const expire = (): void => {
      this.timer = undefined;
      this.expire();
      this.armTimer();
    };
    this.timer = setTimeout(expire, Math.max(1, Math.ceil(oldest.deadlineMs - performance.now())));
    this.timer.unref();
  }

  private oldest(): Pending | undefined {
    for (const pending of this.inFlight.values()) return pending;
    return this.queue[0];
  }

  private expire(): void {
    const nowMs = performance.now();
    const { host, port, timeoutMs } = this.options;
    const silent = [...this.inFlight].filter(([, pending]) => pending.deadlineMs <= nowMs);
    for (const [id, pending] of silent) {
      this.inFlight.delete(id);
      pending.reject(
        new ModbusError('TIMEOUT', `unit ${pending.unitId} at ${host}:${port} silent for ${timeoutMs} ms`),
      );
    }
    if (silent.length > 0) this.drop(closed('connection dropped after the timeout of an earlier request'));
    while (this.queue[0] !== undefined && this.queue[0].deadlineMs <= nowMs) {
      const message = `not sent to ${host}:${port} within ${timeoutMs} ms`;
      this.queue.shift()?.reject(new ModbusError('TIMEOUT', message, { wasSent: false }));
    }
  }
}

function closed(message: string, wasSent = true, cause?: Error): ModbusError {
  return new ModbusError('CLOSED', message, { wasSent, ...(cause === undefined ? {} : { cause }) });
}
