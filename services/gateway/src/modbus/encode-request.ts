import { ModbusError } from './modbus-error.ts';

export const MAX_READ_REGISTERS = 125;
export const MAX_WRITE_REGISTERS = 123;

export interface ReadRequest {
  functionCode: 3 | 4;
  address: number;
  count: number;
}
export interface WriteSingleRequest {
  functionCode: 6;
  address: number;
  value: number;
}
export interface WriteMultipleRequest {
  functionCode: 16;
  address: number;
  words: ArrayLike<number>;
}
export type ModbusRequest = ReadRequest | WriteSingleRequest | WriteMultipleRequest;

/**
 * Bytes of a request (Modbus application protocol V1.1b3, sections 6.3, 6.4, 6.6 and 6.12), behind `headroom` free
 * bytes for the framer. Strict: an address, count or register value outside its range throws RANGE and nothing is sent.
 *
 * Example: `encodeRequest({ functionCode: 3, address: 40000, count: 2 })` is `03 9c 40 00 02`.
 */
export function encodeRequest(request: ModbusRequest, headroom = 0): Uint8Array<ArrayBuffer> {
  if (request.functionCode === 16) return encodeWriteMultiple(request, headroom);
  const isRead = request.functionCode !== 6;
  requireSpan(request.address, isRead ? request.count : 1, MAX_READ_REGISTERS);
  const bytes = new Uint8Array(headroom + 5);
  writeHeader(bytes, headroom, request);
  writeWord(bytes, headroom + 3, isRead ? request.count : requireWord(request.value));
  return bytes;
}

function encodeWriteMultiple(request: WriteMultipleRequest, headroom: number): Uint8Array<ArrayBuffer> {
  const count = request.words.length;
  requireSpan(request.address, count, MAX_WRITE_REGISTERS);
  const bytes = new Uint8Array(headroom + 6 + 2 * count);
  writeHeader(bytes, headroom, request);
  writeWord(bytes, headroom + 3, count);
  bytes[headroom + 5] = 2 * count;
  for (let i = 0; i < count; i++) writeWord(bytes, headroom + 6 + 2 * i, requireWord(request.words[i]));
  return bytes;
}

function writeHeader(bytes: Uint8Array, at: number, request: ModbusRequest): void {
  bytes[at] = request.functionCode;
  writeWord(bytes, at + 1, request.address);
}

export function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >> 8;
  bytes[at + 1] = word & 0xff;
}

function requireSpan(address: number, count: number, max: number): void {
  if (!Number.isInteger(count) || count < 1 || count > max) {
    throw new ModbusError('RANGE', `${count} registers in one request: use 1 to ${max}`);
  }
  if (!Number.isInteger(address) || address < 0 || address + count > 65_536) {
    throw new ModbusError('RANGE', `registers ${address} to ${address + count - 1}: use addresses 0 to 65535`);
  }
}

function requireWord(value: number | undefined): number {
  if (value === undefined || !Number.isInteger(value) || value < 0 || value > 0xffff) {
    throw new ModbusError('RANGE', `register value ${value}: use an integer 0 to 65535`);
  }
  return value;
}
