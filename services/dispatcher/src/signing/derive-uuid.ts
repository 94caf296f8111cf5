import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * A UUID that follows from its name: RFC 9562 version 8, 122 of the first 128 bits of SHA-256 of the name.
 *
 * The same content gets the same id, so what is published again after a crash is recognised and dropped.
 * Example: `deriveUuid('command:home-1-ess:2026-07-06T13:00:00.000Z')`.
 */
export function deriveUuid(name: string): string {
  const bytes = sha256(new TextEncoder().encode(name)).slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
