import type { ModbusRequest, ReadRequest } from './encode-request.ts';
import { ModbusError } from './modbus-error.ts';

const NO_WORDS = new Uint16Array(0);

/**
 * Registers of a response, held against its request: function code, byte count and echo must match to the byte. Reads
 * give the registers, writes an empty array. Throws EXCEPTION with the code of the device, BAD_PDU for a response that
 * is no answer to this request, ECHO_MISMATCH where a write is confirmed with another address, count or value.
 *
 * Example: `decodeResponse({ functionCode: 3, address: 0, count: 1 }, [3, 2, 0, 7])` is `[7]`.
 */
export function decodeResponse(request: ModbusRequest, pdu: Uint8Array): Uint16Array {
  const functionCode = pdu[0];
  if (functionCode === (request.functionCode | 0x80)) {
    if (pdu.length !== 2) throw new ModbusError('BAD_PDU', `exception response of ${pdu.length} bytes, expected 2`);
    const exceptionCode = pdu[1] ?? 0;
    throw new ModbusError('EXCEPTION', `device answered exception ${exceptionCode} to ${describe(request)}`, {
      exceptionCode,
    });
  }
  if (functionCode !== request.functionCode) {
    throw new ModbusError('BAD_PDU', `function code ${functionCode} answers ${describe(request)}`);
  }
  if ('count' in request) return decodeRegisters(request, pdu);
  requireEcho(request, pdu);
  return NO_WORDS;
}

function decodeRegisters(request: ReadRequest, pdu: Uint8Array): Uint16Array {
  if (pdu.length !== 2 + 2 * request.count || pdu[1] !== 2 * request.count) {
    throw new ModbusError('BAD_PDU', `${pdu.length - 2} bytes (byte count ${pdu[1]}) answer ${describe(request)}`);
  }
  const words = new Uint16Array(request.count);
  for (let i = 0; i < words.length; i++) words[i] = readWord(pdu, 2 + 2 * i);
  return words;
}

function requireEcho(request: Exclude<ModbusRequest, ReadRequest>, pdu: Uint8Array): void {
  if (pdu.length !== 5) throw new ModbusError('BAD_PDU', `write confirmed with ${pdu.length} bytes, expected 5`);
  const expected = request.functionCode === 6 ? request.value : request.words.length;
  if (readWord(pdu, 1) !== request.address || readWord(pdu, 3) !== expected) {
    throw new ModbusError(
      'ECHO_MISMATCH',
      `write confirmed as ${readWord(pdu, 1)}/${readWord(pdu, 3)}, not ${describe(request)}`,
    );
  }
}

export function readWord(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function describe(request: ModbusRequest): string {
  const count = 'count' in request ? request.count : 'words' in request ? request.words.length : 1;
  return `function ${request.functionCode} of ${count} registers at ${request.address}`;
}
