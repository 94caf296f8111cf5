import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * The dispatcher's P-256 key from its seed.
 *
 * Method: SHA-256 of a domain tag, a counter and the seed; the first digest that is a valid scalar (1 to n - 1) is the
 * key. The counter moves with a chance of about 2^-32. A seed is the whole secret: use 32 random bytes as text in the field.
 *
 * Example: `derivePublicKey('village-1')` is what every gateway enrols as the dispatcher's key.
 */
export function derivePrivateKey(seed: string): Uint8Array {
  for (let counter = 0; ; counter += 1) {
    const digest = sha256(new TextEncoder().encode(`wattmesh.dispatcher-key.v1:${counter}:${seed}`));
    if (p256.utils.isValidSecretKey(digest)) return digest;
  }
}

/** Public key of a seed as events carry it: 0x, then x and y, 64 bytes. */
export function derivePublicKey(seed: string): string {
  return `0x${bytesToHex(p256.getPublicKey(derivePrivateKey(seed), false).subarray(1))}`;
}
