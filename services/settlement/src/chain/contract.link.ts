import { Injectable } from '@nestjs/common';
import { registryAbi, settlementAbi } from '@wattmesh/contracts';
import { Interface, encodeBytes32String, type Result } from 'ethers';
import type { LaneLimit } from '../netting/fit-lanes.ts';
import { ChainRefusedError } from './chain.errors.ts';
import { ChainLink } from './chain.link.ts';

export const SETTLEMENT_INTERFACE = new Interface(settlementAbi);
/** Refusals that pass by themselves. */
export const WAIT_ERRORS = new Set(['Settlement__WindowOpen', 'Settlement__IsPaused']);
/** Refusals of a period whose amounts no longer fit what members own or allow. */
export const UNFIT_ERRORS = new Set([
  'Settlement__InsufficientBalance',
  'Settlement__OverMandate',
  'Settlement__MandateExpired',
  'Settlement__BeforeConsent',
  'Settlement__BalanceOverflow',
]);
/** `0x` and four bytes: what is shorter names no error. */
const SELECTOR_LENGTH = 10;
const REGISTRY_INTERFACE = new Interface(registryAbi);

/** How far the contract has come. */
export interface ContractProgress {
  readonly executedSeq: number;
  readonly openedSeq: number;
}

/** Reads the registry and settlement contracts. */
@Injectable()
export class ContractLink {
  /** Indexes never change once given. */
  private readonly indexes = new Map<string, number>();

  constructor(private readonly chain: ChainLink) {}

  async memberIndex(registry: string, memberId: string): Promise<number> {
    const key = `${registry} ${memberId}`;
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    const data = REGISTRY_INTERFACE.encodeFunctionData('memberIndexOf', [encodeBytes32String(memberId)]);
    const index = Number(
      REGISTRY_INTERFACE.decodeFunctionResult('memberIndexOf', await this.chain.call(registry, data))[0],
    );
    this.indexes.set(key, index);
    return index;
  }

  /** What a member can be debited now by a period that ends before `endInterval` (a number on chain). */
  async laneLimit(settlement: string, member: { index: number; endInterval: number }): Promise<LaneLimit> {
    const [balance, , cap, expiryInterval, fromInterval] = await this.read(settlement, 'account', [member.index]);
    const isCovered = Number(fromInterval) < member.endInterval && member.endInterval <= Number(expiryInterval);
    return { balanceMicro: Number(balance), capMicro: isCovered ? Number(cap) : 0 };
  }

  async progress(settlement: string): Promise<ContractProgress> {
    const [, , executedSeq, openedSeq] = await this.read(settlement, 'progress', []);
    return { executedSeq: Number(executedSeq), openedSeq: Number(openedSeq) };
  }

  private async read(settlement: string, name: string, values: unknown[]): Promise<Result> {
    const data = SETTLEMENT_INTERFACE.encodeFunctionData(name, values);
    return SETTLEMENT_INTERFACE.decodeFunctionResult(name, await this.chain.call(settlement, data));
  }
}

/** Name of the contract error that a refusal carries, such as `Settlement__WindowOpen`. */
export function contractErrorOf(error: unknown): string | undefined {
  if (!(error instanceof ChainRefusedError)) return undefined;
  if (error.data !== undefined && error.data.length >= SELECTOR_LENGTH)
    return SETTLEMENT_INTERFACE.parseError(error.data)?.name;
  return /Settlement__\w+/.exec(error.reason)?.[0];
}
