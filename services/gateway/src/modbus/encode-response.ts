import { type ModbusRequest, writeWord } from './encode-request.ts';

/**
 * Bytes of a server's answer behind `headroom` free bytes for the framer: the registers of a read, or the echo of a
 * write. Precondition: `words` holds exactly the registers asked for (it is not looked at for a write).
 *
 * Example: `encodeResponse({ functionCode: 3, address: 0, count: 1 }, [7])` is `03 02 00 07`.
 */
export function encodeResponse(request: ModbusRequest, words: Uint16Array, headroom = 0): Uint8Array<ArrayBuffer> {
  if ('count' in request) {
    const bytes = new Uint8Array(headroom + 2 + 2 * words.length);
    bytes[headroom] = request.functionCode;
    bytes[headroom + 1] = 2 * words.length;
    for (let i = 0; i < words.length; i++) writeWord(bytes, headroom + 2 + 2 * i, words[i] ?? 0);
    return bytes;
  }
  const bytes = new Uint8Array(headroom + 5);
  bytes[headroom] = request.functionCode;
  writeWord(bytes, headroom + 1, request.address);
  writeWord(bytes, headroom + 3, request.functionCode === 6 ? request.value : request.words.length);
  return bytes;
}

/** Bytes of an exception answer to a request of this function code. */
export function encodeException(functionCode: number, exceptionCode: number, headroom = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headroom + 2);
  bytes[headroom] = functionCode | 0x80;
  bytes[headroom + 1] = exceptionCode;
  return bytes;
}
