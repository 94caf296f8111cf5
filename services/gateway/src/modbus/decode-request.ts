import { readWord } from './decode-response.ts';
import { MAX_READ_REGISTERS, MAX_WRITE_REGISTERS, type ModbusRequest } from './encode-request.ts';
import { EXCEPTION } from './modbus-error.ts';

/**
 * A server's view of a request: the request, or the exception code the specification asks for: 01 for a function that
 * is not served, 03 for a quantity, byte count or length that is wrong, 02 for a span that leaves the address space.
 *
 * Example: `decodeRequest([3, 0, 0, 0, 126])` is 3, one register too many.
 */
export function decodeRequest(pdu: Uint8Array): ModbusRequest | number {
  switch (pdu[0]) {
    case 3:
    case 4:
      return decodeRead(pdu[0], pdu);
    case 6:
      if (pdu.length !== 5) return EXCEPTION.illegalValue;
      return { functionCode: 6, address: readWord(pdu, 1), value: readWord(pdu, 3) };
    case 16:
      return decodeWriteMultiple(pdu);
    default:
      return EXCEPTION.illegalFunction;
  }
}

function decodeRead(functionCode: 3 | 4, pdu: Uint8Array): ModbusRequest | number {
  if (pdu.length !== 5) return EXCEPTION.illegalValue;
  const address = readWord(pdu, 1);
  const count = readWord(pdu, 3);
  if (count < 1 || count > MAX_READ_REGISTERS) return EXCEPTION.illegalValue;
  if (address + count > 65_536) return EXCEPTION.illegalAddress;
  return { functionCode, address, count };
}

function decodeWriteMultiple(pdu: Uint8Array): ModbusRequest | number {
  if (pdu.length < 6) return EXCEPTION.illegalValue;
  const address = readWord(pdu, 1);
  const count = readWord(pdu, 3);
  if (count < 1 || count > MAX_WRITE_REGISTERS) return EXCEPTION.illegalValue;
  if (pdu[5] !== 2 * count || pdu.length !== 6 + 2 * count) return EXCEPTION.illegalValue;
  if (address + count > 65_536) return EXCEPTION.illegalAddress;
  const words = new Uint16Array(count);
  for (let i = 0; i < count; i++) words[i] = readWord(pdu, 6 + 2 * i);
  return { functionCode: 16, address, words };
}
