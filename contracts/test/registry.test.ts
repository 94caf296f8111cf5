import { AbiCoder, ParamType, ZeroAddress, hexlify } from 'ethers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerMembers, registerMeters, registryAbi } from '../src/index.ts';
import { startTestChain, type TestChain } from '../src/test-chain.link.ts';
import { aMeterKey, deployVillage, idOf, mined, resettable, revertOf, signP256, type Village } from './village.ts';

const PRELIMINARY = 0;
const aMetering = (fields: object = {}) => ({
  meterId: idOf('home-0-meter'),
  start: 1_778_112_000,
  importWh: 1250,
  exportWh: 30,
  counters: [1000, 2250, 70, 100],
  quality: 0,
  run: PRELIMINARY,
  ...fields,
});

describe('Registry', () => {
  let chain: TestChain;
  let village: Village;
  let reset: () => Promise<void>;
  const key = aMeterKey();
  const meterOf = (publicKey: string, fields: object = {}) => ({
    meterId: 'home-0-meter',
    memberId: 'home-0',
    publicKey,
    attestation: 'gatewaySoftware' as const,
    ...fields,
  });
  const entryOf = (publicKey: string, meterId = 'home-0-meter', memberId = 'home-0') => [
    idOf(meterId),
    idOf(memberId),
    publicKey.slice(0, 66),
    `0x${publicKey.slice(66)}`,
    3,
  ];

  beforeAll(async () => {
    chain = await startTestChain();
    village = await deployVillage(chain);
    reset = await resettable(village);
  });
  afterAll(() => chain.close());
  beforeEach(() => reset());

  it('numbers members from 0 and registers each once, however often it is asked', async () => {
    const wallet = chain.walletAt(9).address;
    const again = await registerMembers(village.operator, village.contracts.registry, [
      { memberId: 'home-2', wallet },
      { memberId: 'supplier', wallet },
    ]);
    expect(again).toEqual(
      new Map([
        ['home-2', 2],
        ['supplier', 3],
      ]),
    );
    expect(await village.registry.memberCount()).toBe(4n);
    expect(await village.registry.memberAt(2)).toEqual([idOf('home-2'), chain.walletAt(3).address]);
  });

  it.each(['', 'Home-1', 'home_1', '-home', 'home-', 'home--1', 'höme', 'home 1'])(
    'refuses the id "%s"',
    async (name) => {
      const calling = village.registry.registerMembers.staticCall([
        [hexlify(idBytes(name)), chain.walletAt(1).address],
      ]);
      expect(await revertOf(calling)).toBe('Registry__BadId');
    },
  );

  it('refuses an id of 32 bytes and one with bytes after its end', async () => {
    for (const id of [`0x${'61'.repeat(32)}`, `0x6100${'61'.repeat(30)}`, `0x00${'61'.repeat(31)}`])
      expect(await revertOf(village.registry.registerMembers.staticCall([[id, chain.walletAt(1).address]]))).toBe(
        'Registry__BadId',
      );
  });

  it('refuses a second member of a name and a member without a wallet', async () => {
    const { registry } = village;
    expect(await revertOf(registry.registerMembers.staticCall([[idOf('home-1'), chain.walletAt(1).address]]))).toBe(
      'Registry__MemberExists',
    );
    expect(await revertOf(registry.registerMembers.staticCall([[idOf('new'), ZeroAddress]]))).toBe(
      'Registry__ZeroAddress',
    );
  });

  it('lets only the operator register and revoke', async () => {
    const stranger = village.registry.connect(village.walletOf(0)) as Village['registry'];
    const calls = [
      stranger.registerMembers.staticCall([]),
      stranger.registerMeters.staticCall([]),
      stranger.changeMeterKey.staticCall(idOf('x'), idOf('x'), idOf('x'), 0),
      stranger.revokeMeter.staticCall(idOf('x')),
    ];
    for (const calling of calls) expect(await revertOf(calling)).toBe('AccessControlUnauthorizedAccount');
  });

  it('lets only the member itself move to another wallet, never the operator', async () => {
    const next = chain.walletAt(12).address;
    const own = village.registry.connect(village.walletOf(0)) as Village['registry'];
    expect(await revertOf(village.registry.changeWallet.staticCall(idOf('home-0'), next))).toBe(
      'Registry__NotTheMember',
    );
    expect(await revertOf(own.changeWallet.staticCall(idOf('home-1'), next))).toBe('Registry__NotTheMember');
    expect(await revertOf(own.changeWallet.staticCall(idOf('home-0'), ZeroAddress))).toBe('Registry__ZeroAddress');
    await mined(own.changeWallet(idOf('home-0'), next));
    expect(await village.registry.memberAt(0)).toEqual([idOf('home-0'), next]);
    expect(await revertOf(own.changeWallet.staticCall(idOf('home-0'), next))).toBe('Registry__NotTheMember');
  });

  it('answers for unknown members and meters with an error that names them', async () => {
    expect(await revertOf(village.registry.memberAt(3))).toBe('Registry__UnknownMemberIndex');
    expect(await revertOf(village.registry.memberIndexOf(idOf('nobody')))).toBe('Registry__UnknownMember');
    expect(await revertOf(village.registry.meterOf(idOf('nothing')))).toBe('Registry__UnknownMeter');
    expect(await revertOf(village.registry.revokeMeter.staticCall(idOf('nothing')))).toBe('Registry__UnknownMeter');
  });

  it('enrols a meter once, for a known member, with a key on the curve that no other meter has', async () => {
    const { registry, operator, contracts } = village;
    await registerMeters(operator, contracts.registry, [meterOf(key.publicKey)]);
    await registerMeters(operator, contracts.registry, [meterOf(key.publicKey)]);
    const other = aMeterKey().publicKey;
    await expect(registerMeters(operator, contracts.registry, [meterOf(other)])).rejects.toMatchObject({
      code: 'CONTRACTS_SETUP_FAILED',
    });
    expect(await revertOf(registry.registerMeters.staticCall([entryOf(other)]))).toBe('Registry__MeterExists');
    expect(await revertOf(registry.registerMeters.staticCall([entryOf(key.publicKey, 'm-2')]))).toBe(
      'Registry__KeyInUse',
    );
    expect(await revertOf(registry.registerMeters.staticCall([entryOf(other, 'm-2', 'nobody')]))).toBe(
      'Registry__UnknownMember',
    );
    expect(await revertOf(registry.registerMeters.staticCall([entryOf(`0x${'01'.repeat(64)}`, 'm-2')]))).toBe(
      'Registry__BadKey',
    );
    expect(await revertOf(registry.registerMeters.staticCall([entryOf(other, 'M-2')]))).toBe('Registry__BadId');
  });

  describe('verifyMetering', () => {
    const messageOf = (metering: object) => encodeMetering(village, metering);
    const signed = (metering: object) => signP256(key.secretKey, messageOf(metering));

    beforeEach(() => registerMeters(village.operator, village.contracts.registry, [meterOf(key.publicKey)]));

    it('accepts what the enrolled key signed', async () => {
      expect(await village.registry.verifyMetering(aMetering(), signed(aMetering()))).toBe(true);
    });

    it('refuses any changed field', async () => {
      const signature = signed(aMetering());
      const changes = [
        { start: 1_778_112_900 },
        { importWh: 1251 },
        { exportWh: 31 },
        { counters: [1000, 2250, 100, 70] },
        { quality: 1 },
        { run: 1 },
      ];
      for (const change of changes)
        expect(await village.registry.verifyMetering(aMetering(change), signature)).toBe(false);
    });

    it('lets a key speak for its own meter only', async () => {
      const other = aMeterKey();
      await registerMeters(village.operator, village.contracts.registry, [
        meterOf(other.publicKey, { meterId: 'home-1-meter', memberId: 'home-1' }),
      ]);
      const metering = aMetering({ meterId: idOf('home-1-meter') });
      expect(await village.registry.verifyMetering(metering, signed(metering))).toBe(false);
      expect(await village.registry.verifyMetering(metering, signP256(other.secretKey, messageOf(metering)))).toBe(
        true,
      );
    });

    it('refuses a high s, a signature of another length and an unknown meter', async () => {
      const signature = signed(aMetering());
      expect(
        await village.registry.verifyMetering(aMetering(), signP256(key.secretKey, messageOf(aMetering()), 'high')),
      ).toBe(false);
      expect(await village.registry.verifyMetering(aMetering(), signature.slice(0, -2))).toBe(false);
      expect(await village.registry.verifyMetering(aMetering(), `${signature}00`)).toBe(false);
      expect(await village.registry.verifyMetering(aMetering(), '0x')).toBe(false);
      expect(await village.registry.verifyMetering(aMetering({ meterId: idOf('nothing') }), signature)).toBe(false);
    });

    it('refuses a signature made for another registry', async () => {
      const signature = signed(aMetering());
      const other = await deployVillage(chain);
      await registerMeters(other.operator, other.contracts.registry, [meterOf(key.publicKey)]);
      expect(await other.registry.verifyMetering(aMetering(), signature)).toBe(false);
    });

    it('follows a change of key and ends with revocation', async () => {
      const { registry } = village;
      const next = aMeterKey();
      const change = [idOf('home-0-meter'), next.publicKey.slice(0, 66), `0x${next.publicKey.slice(66)}`, 1];
      await mined(registry.changeMeterKey(...change));
      const signature = signP256(next.secretKey, messageOf(aMetering()));
      expect(await registry.verifyMetering(aMetering(), signed(aMetering()))).toBe(false);
      expect(await registry.verifyMetering(aMetering(), signature)).toBe(true);
      expect(await revertOf(registry.changeMeterKey.staticCall(...change))).toBe('Registry__KeyInUse');
      await mined(registry.revokeMeter(idOf('home-0-meter')));
      expect(await registry.verifyMetering(aMetering(), signature)).toBe(false);
      expect(await revertOf(registry.revokeMeter.staticCall(idOf('home-0-meter')))).toBe('Registry__MeterIsRevoked');
    });
  });
});

function idBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set(new TextEncoder().encode(name));
  return bytes;
}

function encodeMetering(village: Village, metering: object): string {
  const type = registryAbi.find((entry) => entry.type === 'function' && entry.name === 'hashMetering');
  const tuple = ParamType.from((type as { inputs: readonly object[] }).inputs[0]!);
  const abi = AbiCoder.defaultAbiCoder();
  return abi.encode(['uint256', 'address', tuple], [village.chain.chainId, village.contracts.registry, metering]);
}
