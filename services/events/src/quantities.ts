import { z } from 'zod';

/** Lower-kebab identifier, at most 31 bytes: fits a bytes32 on chain with its terminator. */
export const Id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(31);
/** UTC instant, ISO 8601 with a Z. */
export const Instant = z.iso.datetime();
/** Start of a 15-minute interval, UTC-aligned. */
export const IntervalStart = Instant.refine((value) => Date.parse(value) % 900_000 === 0, 'not a 15-minute boundary');
/** Energy in Wh, a whole number, never signed. */
export const EnergyWh = z.int().nonnegative();
/** Difference of energies in Wh, a whole number of either sign. */
export const EnergyDeltaWh = z.int();
/** Power in W, load convention: positive flows into the device or site. */
export const PowerW = z.number();
/** Money in 1e-6 of the settlement currency, a whole number. */
export const AmountMicro = z.int();
/** Price in 1e-6 of the settlement currency per kWh, a whole number; may be negative. */
export const PriceMicroPerKwh = z.int();
/** State of charge or another share, 0 to 100. */
export const Pct = z.number().min(0).max(100);
/** How far a value may be trusted; a missing one is never zero. */
export const Quality = z.enum(['measured', 'estimated', 'substituted', 'suspect', 'missing']);
export type Quality = z.infer<typeof Quality>;
/** Grade of trust in the source of a meter's data. */
export const Attestation = z.enum(['meteringOperator', 'signedMeter', 'gatewaySecureElement', 'gatewaySoftware']);
export type Attestation = z.infer<typeof Attestation>;
/** Settlement run: data settle preliminary, then final, then numbered corrections. */
export const Run = z.string().regex(/^(preliminary|final|correction-[1-9]\d*)$/);
export type Run = z.infer<typeof Run>;
/** 0x-prefixed lower-case hexadecimal bytes. */
export const Hex = z.string().regex(/^0x([0-9a-f]{2})*$/);
/** 0x-prefixed 32-byte value, lower-case. */
export const Hash = z.string().regex(/^0x[0-9a-f]{64}$/);
/** 0x-prefixed 20-byte EVM address, any case. */
export const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
/** P-256 signature in IEEE P1363 form (r, s: 64 bytes), low s. */
export const P256Signature = z.string().regex(/^0x[0-9a-f]{128}$/);
/** P-256 public key, uncompressed without the leading 04: x then y, 64 bytes. */
export const P256PublicKey = z.string().regex(/^0x[0-9a-f]{128}$/);
