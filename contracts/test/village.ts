import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  Contract,
  Interface,
  encodeBytes32String,
  keccak256,
  type BaseContract,
  type ContractMethod,
  type HDNodeWallet,
} from 'ethers';
import { expect } from 'vitest';
import {
  deployContracts,
  depositFor,
  encodeMandate,
  mandateTypedData,
  packDeltas,
  registerMembers,
  registryAbi,
  settlementAbi,
  testCurrencyAbi,
  type DeployOptions,
  type Deployment,
  type EncodedMandate,
  type Mandate,
} from '../src/index.ts';
import type { TestChain } from '../src/test-chain.link.ts';

type Methods<Abi extends readonly { type: string }[]> = {
  [Entry in Extract<Abi[number], { type: 'function'; name: string }> as Entry['name']]: ContractMethod;
};

export const COMMUNITY = 'village';
export const START = '2026-05-07T00:00:00.000Z';
export const FIRST = Date.parse(START) / 900_000;
export const DEPOSIT = 1_000_000n;
export const CAP = 10_000n;

const errors = [registryAbi, settlementAbi, testCurrencyAbi].map((abi) => new Interface(abi));

/** A deployed community of `home-0`, `home-1`, ... whose wallets are the chain's accounts 1, 2, ... */
export interface Village {
  chain: TestChain;
  operator: HDNodeWallet;
  contracts: Deployment;
  registry: BaseContract & Methods<typeof registryAbi>;
  settlement: BaseContract & Methods<typeof settlementAbi>;
  token: BaseContract & Methods<typeof testCurrencyAbi>;
  walletOf(memberIndex: number): HDNodeWallet;
  as(wallet: HDNodeWallet): BaseContract & Methods<typeof settlementAbi>;
}

export async function deployVillage(
  chain: TestChain,
  options: Partial<DeployOptions> & { homes?: number } = {},
): Promise<Village> {
  const { homes = 3, ...terms } = options;
  const operator = chain.walletAt(0);
  const contracts = await deployContracts(operator, {
    communityId: COMMUNITY,
    startsAt: START,
    periodIntervals: 4,
    ...terms,
  });
  const members = Array.from({ length: homes }, (_, i) => ({
    memberId: `home-${i}`,
    wallet: chain.walletAt(1 + (i % 19)).address,
  }));
  await registerMembers(operator, contracts.registry, members);
  await depositFor(
    operator,
    contracts,
    members.map(({ memberId }) => ({ memberId, totalMicro: Number(DEPOSIT) })),
  );
  const settlement = new Contract(
    contracts.settlement,
    settlementAbi,
    operator,
  ) as BaseContract as Village['settlement'];
  return {
    chain,
    operator,
    contracts,
    registry: new Contract(contracts.registry, registryAbi, operator) as BaseContract as Village['registry'],
    settlement,
    token: new Contract(contracts.token, testCurrencyAbi, operator) as BaseContract as Village['token'],
    walletOf: (memberIndex) => chain.walletAt(1 + (memberIndex % 19)),
    as: (wallet) => settlement.connect(wallet) as Village['settlement'],
  };
}

/** Deploys once; each call of the answer brings the chain back to that state. */
export async function resettable(village: Village): Promise<() => Promise<void>> {
  const { provider } = village.chain;
  let snapshot = await provider.request({ method: 'evm_snapshot' });
  return async () => {
    await provider.request({ method: 'evm_revert', params: [snapshot] });
    snapshot = await provider.request({ method: 'evm_snapshot' });
  };
}

export function aMandate(fields: Partial<Mandate> = {}): Mandate {
  return {
    memberId: 'home-0',
    communityId: COMMUNITY,
    priceFloorMicroPerKwh: -50_000,
    priceCeilingMicroPerKwh: 300_000,
    capMicroPerPeriod: Number(CAP),
    expiresAt: '2026-06-01T00:00:00.000Z',
    nonce: 0,
    ...fields,
  };
}

export async function signMandate(village: Village, mandate: Mandate, wallet: HDNodeWallet): Promise<string> {
  const { domain, types } = mandateTypedData(village.chain.chainId, village.contracts.settlement);
  return wallet.signTypedData(domain, types, encodeMandate(mandate));
}

/** Arguments of `setMandate` for `home-<memberIndex>`. */
export async function encodeMandateOf(
  village: Village,
  memberIndex: number,
  fields: Partial<Mandate> = {},
): Promise<[EncodedMandate, string]> {
  const mandate = aMandate({ memberId: `home-${memberIndex}`, ...fields });
  return [encodeMandate(mandate), await signMandate(village, mandate, village.walletOf(memberIndex))];
}

/** Signs and sets a mandate of `home-<memberIndex>`. */
export async function consent(village: Village, memberIndex: number, fields: Partial<Mandate> = {}): Promise<void> {
  await mined(village.settlement.setMandate(...(await encodeMandateOf(village, memberIndex, fields))));
}

export function aHeader(offset: number, fields: object = {}) {
  return {
    interval: BigInt(FIRST + offset),
    run: 0n,
    tradeCount: 0n,
    leafCount: 1n,
    sharedWh: 1200n,
    priceMicroPerKwh: 135_000n,
    root: keccak256('0x01'),
    dataHash: keccak256('0x02'),
    ...fields,
  };
}

export async function commitIntervals(village: Village, count: number, from = 0): Promise<void> {
  const headers = Array.from({ length: count }, (_, i) => aHeader(from + i));
  await mined(village.settlement.commit(headers));
}

export function aBatch(deltas: Record<number, number>): { packed: string; netHash: string } {
  const packed = packDeltas(new Map(Object.entries(deltas).map(([key, delta]) => [Number(key), BigInt(delta)])));
  return { packed, netHash: keccak256(packed) };
}

export async function mined(sending: ReturnType<ContractMethod>): Promise<bigint> {
  const receipt = await (await sending).wait();
  return receipt!.gasUsed;
}

/** Name of the custom error that a call reverts with; `none` where it does not revert. */
export async function revertOf(calling: Promise<unknown>): Promise<string> {
  try {
    await calling;
  } catch (error) {
    const { data, message } = error as { data?: string; message: string };
    const name = errors
      .map((abi) => (data ? abi.parseError(data)?.name : undefined))
      .find((found) => found !== undefined);
    return name ?? message;
  }
  return 'none';
}

export async function balanceOf(village: Village, memberIndex: number): Promise<bigint> {
  return (await village.settlement.account(memberIndex)).balanceMicro;
}

/** I1: what the contract holds is what it owes, to the unit. */
export async function expectSolvency(village: Village): Promise<void> {
  const count = Number(await village.registry.memberCount());
  const accounts = await Promise.all(Array.from({ length: count }, (_, i) => village.settlement.account(i)));
  const debt = accounts.reduce((sum, { balanceMicro, exitMicro }) => sum + balanceMicro + exitMicro, 0n);
  const funds: bigint = await village.token.balanceOf(village.contracts.settlement);
  expect(funds, 'I1 the contract holds what it owes').toBe(debt);
}

/** Lets the chain's time pass. */
export async function warp(chain: TestChain, seconds: number): Promise<void> {
  await chain.provider.request({ method: 'evm_increaseTime', params: [seconds] });
  await chain.provider.request({ method: 'evm_mine', params: [] });
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export function aMeterKey(): { publicKey: string; secretKey: KeyObject } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = pair.publicKey.export({ format: 'jwk' });
  const publicKey = `0x${Buffer.from(x!, 'base64url').toString('hex')}${Buffer.from(y!, 'base64url').toString('hex')}`;
  return { publicKey, secretKey: pair.privateKey };
}

/** P1363 signature over SHA-256 of the message, low or high s. */
export function signP256(secretKey: KeyObject, message: string, form: 'low' | 'high' = 'low'): string {
  const signature = sign('sha256', Buffer.from(message.slice(2), 'hex'), { key: secretKey, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const isLow = s <= P256_ORDER / 2n;
  const wanted = isLow === (form === 'low') ? s : P256_ORDER - s;
  return `0x${signature.subarray(0, 32).toString('hex')}${wanted.toString(16).padStart(64, '0')}`;
}

export const idOf = encodeBytes32String;
