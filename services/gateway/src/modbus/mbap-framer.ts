import { readWord } from './decode-response.ts';
import { writeWord } from './encode-request.ts';

/** Bytes in front of the PDU: transaction, protocol, length, unit. */
export const MBAP_HEADER_BYTES = 7;
/** Largest value of the length field: unit and a PDU of 253 bytes. */
const MAX_LENGTH = 254;

export type FramingFault = 'protocol' | 'length';
export type OnFrame = (transactionId: number, unitId: number, pdu: Uint8Array) => void;

/** Fills the MBAP header in front of a PDU that was encoded with `MBAP_HEADER_BYTES` of headroom. */
export function stampMbap(frame: Uint8Array, transactionId: number, unitId: number): void {
  writeWord(frame, 0, transactionId);
  writeWord(frame, 2, 0);
  writeWord(frame, 4, frame.length - 6);
  frame[6] = unitId;
}

/**
 * Cuts a Modbus TCP byte stream into frames (Modbus messaging on TCP/IP V1.0b, section 3.1.3), however it was split or
 * merged by the network. A protocol id other than 0 or a length outside 2..254 cannot be resynchronised: `push` returns
 * the fault and the connection must be dropped. Holds at most one frame. A PDU handed to `onFrame` is a view that is valid
 * during the call. A server may allow a larger length, to refuse an overlong request by an exception.
 */
export class MbapFramer {
  private readonly maxLength: number;
  private readonly partial: Uint8Array;
  private held = 0;

  constructor(maxLength = MAX_LENGTH) {
    this.maxLength = maxLength;
    this.partial = new Uint8Array(6 + maxLength);
  }

  push(chunk: Uint8Array, onFrame: OnFrame): FramingFault | undefined {
    let at = 0;
    while (this.held > 0 && at < chunk.length) {
      const wanted = this.held < MBAP_HEADER_BYTES ? MBAP_HEADER_BYTES : 6 + readWord(this.partial, 4);
      const taken = Math.min(wanted - this.held, chunk.length - at);
      this.partial.set(chunk.subarray(at, at + taken), this.held);
      this.held += taken;
      at += taken;
      const end = this.frameEnd(this.partial, 0, this.held);
      if (typeof end === 'string') return end;
      if (end !== undefined) {
        this.held = 0;
        emit(this.partial, 0, { end, onFrame });
      }
    }
    return this.pushWhole(chunk, at, onFrame);
  }

  reset(): void {
    this.held = 0;
  }

  private pushWhole(chunk: Uint8Array, from: number, onFrame: OnFrame): FramingFault | undefined {
    let at = from;
    while (at < chunk.length) {
      const end = this.frameEnd(chunk, at, chunk.length);
      if (typeof end === 'string') return end;
      if (end === undefined) {
        this.partial.set(chunk.subarray(at));
        this.held = chunk.length - at;
        return undefined;
      }
      emit(chunk, at, { end, onFrame });
      at = end;
    }
    return undefined;
  }

  /** Where the frame at `at` ends, undefined while bytes are missing, or why it can be none. */
  private frameEnd(bytes: Uint8Array, at: number, available: number): number | FramingFault | undefined {
    if (available - at < 6) return undefined;
    if (readWord(bytes, at + 2) !== 0) return 'protocol';
    const length = readWord(bytes, at + 4);
    if (length < 2 || length > this.maxLength) return 'length';
    return available - at >= 6 + length ? at + 6 + length : undefined;
  }
}

function emit(bytes: Uint8Array, at: number, frame: { end: number; onFrame: OnFrame }): void {
  frame.onFrame(readWord(bytes, at), bytes[at + 6] ?? 0, bytes.subarray(at + MBAP_HEADER_BYTES, frame.end));
}
