import { createHash } from 'node:crypto';

/** What makes an event the one it is: no two events of a source share topic, key and sequence. */
export interface EventIdentity {
  source: string;
  topic: string;
  key: string;
  sequence: number;
  simMs: number;
}

/**
 * UUIDv7 (RFC 9562) of an event: the simulated time in its first 48 bits, and SHA-256 of the identity where others put
 * random bits, so that a replayed run names its events alike.
 */
export function eventIdOf(identity: EventIdentity): string {
  const { source, topic, key, sequence, simMs } = identity;
  const bytes = createHash('sha256')
    .update(JSON.stringify([source, topic, key, sequence]))
    .digest()
    .subarray(0, 16);
  bytes.writeUIntBE(Math.max(0, Math.trunc(simMs)), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
