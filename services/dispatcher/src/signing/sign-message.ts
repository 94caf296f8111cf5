import { p256 } from '@noble/curves/nist.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/**
 * P-256 signature over SHA-256 of a message, IEEE P1363 form, low s, deterministic (RFC 6979).
 *
 * The one form that Node, WebCrypto and Solidity share. Precondition: the key is a valid scalar.
 * Example: `signMessage(encodeCommand(command), key)` is `command.signature`.
 */
export function signMessage(message: Uint8Array, privateKey: Uint8Array): string {
  return `0x${bytesToHex(p256.sign(message, privateKey, { lowS: true, prehash: true }))}`;
}

/** True where the signature is the key's, in low-s form; a malformed key or signature is false, never an exception. */
export function isSignedBy(message: Uint8Array, signature: string, publicKey: string): boolean {
  if (!HEX_64_BYTES.test(signature) || !HEX_64_BYTES.test(publicKey)) return false;
  try {
    const key = hexToBytes(`04${publicKey.slice(2)}`);
    return p256.verify(hexToBytes(signature.slice(2)), message, key, { lowS: true, prehash: true });
  } catch {
    return false;
  }
}

const HEX_64_BYTES = /^0x[0-9a-f]{128}$/;
