import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** Big-endian two's complement word of a whole number. Throws a RangeError where it is not a safe integer. */
export function integerWord(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
  const word = new Uint8Array(32).fill(value < 0 ? 0xff : 0);
  new DataView(word.buffer).setBigInt64(24, BigInt(value));
  return word;
}

/** Word with an ASCII id on its left. Throws a RangeError where it is longer than 31 bytes. */
export function idWord(id: string): Uint8Array {
  const ascii = utf8ToBytes(id);
  if (ascii.length > 31) throw new RangeError(`the id "${id}" is longer than 31 bytes`);
  const word = new Uint8Array(32);
  word.set(ascii);
  return word;
}

/** Bytes of 0x-prefixed hexadecimal. Throws a RangeError where it is none, or not of the given length. */
export function bytesOfHex(hex: string, length: number): Uint8Array {
  if (hex.length !== 2 + 2 * length || !HEX.test(hex)) throw new RangeError(`${hex} is not ${length} bytes`);
  return hexToBytes(hex.slice(2));
}

/** keccak-256 over words side by side: the hash of an ABI encoding of static types. */
export const keccakOf = (words: readonly Uint8Array[]): string => `0x${bytesToHex(keccak_256(concatBytes(...words)))}`;

const HEX = /^0x[0-9a-f]*$/i;
