import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * SHA-256 of a value's canonical JSON: object keys in code-unit order at every level, no white space, absent members left
 * out (RFC 8785 for the values events hold: strings, booleans, whole numbers, arrays, objects).
 *
 * @example hashCanonicalJson({ b: 1, a: 2 }) === hashCanonicalJson({ a: 2, b: 1 }); // true
 */
export function hashCanonicalJson(value: unknown): string {
  return `0x${bytesToHex(sha256(utf8ToBytes(canonicalJson(value))))}`;
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
