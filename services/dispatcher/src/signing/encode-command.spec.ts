import type { CommandIssued, ScheduleIssued } from '@wattmesh/events';
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { derivePrivateKey, derivePublicKey } from './derive-key.ts';
import { deriveUuid } from './derive-uuid.ts';
import { encodeCommand, encodeSchedule } from './encode-command.ts';
import { isSignedBy, signMessage } from './sign-message.ts';

const COMMAND: Omit<CommandIssued, 'signature'> = {
  commandId: deriveUuid('command:home-1-ess:0'),
  deviceId: 'home-1-ess',
  siteId: 'home-1',
  issuedAt: '2017-07-17T16:00:00.000Z',
  expiresAt: '2017-07-17T16:05:00.000Z',
  setpointW: -1500,
  minW: -5000,
  maxW: 5000,
  reason: { code: 'self-consumption', text: 'covers own load', nextBest: { setpointW: 0, extraCostMicro: 4100 } },
};
const SCHEDULE: Omit<ScheduleIssued, 'signature'> = {
  scheduleId: deriveUuid('schedule:home-1-ess:1'),
  deviceId: 'home-1-ess',
  siteId: 'home-1',
  revision: 1,
  issuedAt: '2017-07-17T16:00:00.000Z',
  firstIntervalStart: '2017-07-17T16:00:00.000Z',
  slotsW: [-1500, 0, 700],
};
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

describe('what the dispatcher signs', () => {
  const key = derivePrivateKey('village-1');
  const publicKey = derivePublicKey('village-1');

  it('is verified by the public key of the same seed alone', () => {
    const signature = signMessage(encodeCommand(COMMAND), key);
    expect(isSignedBy(encodeCommand(COMMAND), signature, publicKey)).toBe(true);
    expect(isSignedBy(encodeCommand(COMMAND), signature, derivePublicKey('village-2'))).toBe(false);
    expect(isSignedBy(encodeCommand(COMMAND), '0x00', publicKey)).toBe(false);
    expect(isSignedBy(encodeCommand(COMMAND), signature, `0x${'00'.repeat(64)}`)).toBe(false);
  });

  it('is verified by Node as SHA-256 with ECDSA in IEEE P1363 form, low s, and is the same each time', () => {
    const signature = signMessage(encodeSchedule(SCHEDULE), key);
    const coordinates = Buffer.from(publicKey.slice(2), 'hex');
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: coordinates.subarray(0, 32).toString('base64url'),
      y: coordinates.subarray(32).toString('base64url'),
    };
    const nodeKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
    expect(verify('sha256', encodeSchedule(SCHEDULE), nodeKey, Buffer.from(signature.slice(2), 'hex'))).toBe(true);
    expect(BigInt(`0x${signature.slice(66)}`)).toBeLessThanOrEqual(HALF_ORDER);
    expect(signMessage(encodeSchedule(SCHEDULE), key)).toBe(signature);
  });

  it('changes with every field', () => {
    const changes: Partial<typeof COMMAND>[] = [
      { commandId: deriveUuid('another') },
      { deviceId: 'home-2-ess' },
      { siteId: 'home-2' },
      { issuedAt: '2017-07-17T16:01:00.000Z' },
      { expiresAt: '2017-07-17T16:09:00.000Z' },
      { setpointW: 1500 },
      { minW: -4000 },
      { maxW: 4000 },
      { reason: { code: 'idle', text: 'covers own load' } },
      { reason: { ...COMMAND.reason, text: 'x' } },
    ];
    const encodings = [COMMAND, ...changes.map((change) => ({ ...COMMAND, ...change }))].map((command) =>
      encodeCommand(command).join(),
    );
    expect(new Set(encodings).size).toBe(changes.length + 1);
    const schedules = [SCHEDULE, { ...SCHEDULE, revision: 2 }, { ...SCHEDULE, slotsW: [-1500, 0] }].map((schedule) =>
      encodeSchedule(schedule).join(),
    );
    expect(new Set(schedules).size).toBe(3);
  });

  it('survives the way through JSON', () => {
    expect(encodeCommand(JSON.parse(JSON.stringify(COMMAND)) as typeof COMMAND)).toEqual(encodeCommand(COMMAND));
    const zero = { ...COMMAND, reason: { ...COMMAND.reason, nextBest: { setpointW: -0, extraCostMicro: 0 } } };
    expect(encodeCommand(JSON.parse(JSON.stringify(zero)) as typeof COMMAND)).toEqual(encodeCommand(zero));
  });
});

describe('deriveUuid', () => {
  it('gives one name one id of version 8', () => {
    expect(deriveUuid('a')).toBe(deriveUuid('a'));
    expect(deriveUuid('a')).not.toBe(deriveUuid('b'));
    expect(deriveUuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
