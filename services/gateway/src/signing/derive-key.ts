import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** A meter's signing key pair; the public key is in the form of the events: 0x, x, y. */
export interface KeyPair {
  readonly secretKey: Uint8Array;
  readonly publicKey: string;
}

/**
 * The P-256 key of one meter, derived from the gateway's seed.
 *
 * Method: SHA-256 of a domain tag, the seed, the id and a counter, each length-prefixed; the first digest that is a valid
 * scalar (1 to n - 1) is the key. The counter moves with a chance of about 2^-32. The seed is the whole secret.
 *
 * Example: `deriveKey('village-1', 'home-1-meter').publicKey` is what is enrolled for the meter.
 */
export function deriveKey(seed: string, id: string): KeyPair {
  for (let counter = 0; ; counter += 1) {
    const digest = sha256(new TextEncoder().encode(`wattmesh.meter-key.v1:${counter}:${seed.length}:${seed}:${id}`));
    if (!p256.utils.isValidSecretKey(digest)) continue;
    const point = p256.getPublicKey(digest, false).subarray(1);
    return { secretKey: digest, publicKey: `0x${bytesToHex(point)}` };
  }
}
