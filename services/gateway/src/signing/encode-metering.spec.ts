import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveKey } from './derive-key.ts';
import { encodeMetering, isMeteringSignedBy, runCode, signMetering, type SignedMetering } from './encode-metering.ts';

const DOMAIN = { chainId: 31_337, registry: '0x5FbDB2315678afecb367f032d93F642f64180aa3' };
const KEY = deriveKey('village-1', 'home-1-meter');
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

/** Vectors that the contracts' reference made, independent of this encoder. */
const { chainId, meterings } = JSON.parse(
  readFileSync(new URL('../../../../contracts/test/vectors.json', import.meta.url), 'utf8'),
) as { chainId: number; meterings: { registry: string; metering: SignedMetering; encoded: string; sha256: string }[] };

const aMetering = (over: Partial<SignedMetering> = {}): SignedMetering => ({
  meterId: 'home-1-meter',
  intervalStart: '2026-07-06T12:00:00.000Z',
  importWh: 250,
  exportWh: 0,
  counters: { startImportWh: 1_000, endImportWh: 1_250, startExportWh: 7, endExportWh: 7 },
  quality: 'measured',
  run: 'preliminary',
  ...over,
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encoding of an interval metering', () => {
  it('is the ABI encoding, word for word', () => {
    const words = hexOf(encodeMetering(aMetering({ quality: 'suspect', run: 'correction-2' }), DOMAIN)).match(/.{64}/g);
    const number = (value: number): string => value.toString(16).padStart(64, '0');
    expect(words).toEqual([
      number(31_337),
      DOMAIN.registry.slice(2).toLowerCase().padStart(64, '0'),
      Buffer.from('home-1-meter').toString('hex').padEnd(64, '0'),
      number(Date.parse('2026-07-06T12:00:00Z') / 1000),
      ...[250, 0, 1_000, 1_250, 7, 7, 3, 3].map(number),
    ]);
  });

  it('reproduces the vectors of the contracts', () => {
    expect(meterings.length).toBeGreaterThan(0);
    for (const { registry, metering, encoded, sha256 } of meterings) {
      const bytes = encodeMetering(metering, { chainId, registry });
      expect(`0x${hexOf(bytes)}`).toBe(encoded);
      expect(`0x${createHash('sha256').update(bytes).digest('hex')}`).toBe(sha256);
    }
  });

  it('numbers the runs: preliminary 0, final 1, correction-n 1 + n', () => {
    expect([runCode('preliminary'), runCode('final'), runCode('correction-1'), runCode('correction-12')]).toEqual([
      0, 1, 2, 13,
    ]);
  });

  it('refuses what does not fit its word', () => {
    expect(() => encodeMetering(aMetering({ importWh: 0.5 }), DOMAIN)).toThrow(RangeError);
    expect(() => encodeMetering(aMetering({ importWh: -1 }), DOMAIN)).toThrow(RangeError);
    expect(() => encodeMetering(aMetering({ meterId: 'x'.repeat(32) }), DOMAIN)).toThrow(RangeError);
    expect(() => encodeMetering(aMetering(), { chainId: 1, registry: '0x12' })).toThrow(RangeError);
  });
});

describe('signature of an interval metering', () => {
  it('is accepted by an independent implementation of P-256', () => {
    const metering = aMetering();
    const signature = signMetering(metering, DOMAIN, KEY.secretKey);
    const [x, y] = [KEY.publicKey.slice(2, 66), KEY.publicKey.slice(66)].map((hex) =>
      Buffer.from(hex, 'hex').toString('base64url'),
    );
    const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x!, y: y! } });
    const bytes = encodeMetering(metering, DOMAIN);
    const p1363 = Buffer.from(signature.slice(2), 'hex');
    expect(verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, p1363)).toBe(true);
    expect(
      verify('sha256', createHash('sha256').update(bytes).digest(), { key, dsaEncoding: 'ieee-p1363' }, p1363),
    ).toBe(false);
  });

  it('is deterministic, has a low s and speaks for its own meter, chain and run only', () => {
    const signature = signMetering(aMetering(), DOMAIN, KEY.secretKey);
    expect(signMetering(aMetering(), DOMAIN, KEY.secretKey)).toBe(signature);
    expect(BigInt(`0x${signature.slice(66)}`) <= HALF_ORDER).toBe(true);
    expect(isMeteringSignedBy({ ...aMetering(), signature }, DOMAIN, KEY.publicKey)).toBe(true);
    expect(isMeteringSignedBy({ ...aMetering({ importWh: 251 }), signature }, DOMAIN, KEY.publicKey)).toBe(false);
    expect(isMeteringSignedBy({ ...aMetering({ run: 'final' }), signature }, DOMAIN, KEY.publicKey)).toBe(false);
    expect(isMeteringSignedBy({ ...aMetering(), signature }, { ...DOMAIN, chainId: 1 }, KEY.publicKey)).toBe(false);
    expect(
      isMeteringSignedBy({ ...aMetering(), signature }, DOMAIN, deriveKey('village-1', 'home-2-meter').publicKey),
    ).toBe(false);
    expect(isMeteringSignedBy({ ...aMetering(), signature: '0x12' }, DOMAIN, KEY.publicKey)).toBe(false);
  });

  it('derives another key for each meter and seed, the same one every time', () => {
    const seeded = (seed: string, id: string): string => deriveKey(seed, id).publicKey;
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (seed, id) => {
        expect(seeded(seed, id)).toBe(seeded(seed, id));
        expect(seeded(seed, id)).not.toBe(seeded(`${seed}x`, id));
        expect(seeded(seed, id)).not.toBe(seeded(seed, `${id}x`));
      }),
      { numRuns: 5 },
    );
  });
});
