import { Inject, Injectable } from '@nestjs/common';
import { SettlementConfig } from '../settlement.config.ts';
import { ChainAwayError, ChainRefusedError } from './chain.errors.ts';

/** EIP-1193: what an in-process EVM offers. */
export interface ChainProvider {
  request(call: { method: string; params?: unknown[] }): Promise<unknown>;
}

const providers = new Map<string, ChainProvider>();

/** Lets SETTLEMENT_CHAIN_RPC name a chain inside this process, such as `inprocess:village`. Returns how to take it back. */
export function useChainProvider(name: string, provider: ChainProvider): () => void {
  providers.set(name, provider);
  return () => void providers.delete(name);
}

export interface Receipt {
  readonly hash: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly gasUsed: number;
  readonly isSuccess: boolean;
}

const TIMEOUT_WALL_MS = 10_000;

/**
 * Ethereum JSON-RPC, nothing remembered: each answer is the node's own, and a silent node is an error at once.
 * (ethers' JsonRpcProvider waits for its network for ever and caches; both are wrong here.)
 */
@Injectable()
export class ChainLink {
  private requestId = 0;

  constructor(@Inject(SettlementConfig) private readonly config: SettlementConfig) {}

  async call(to: string, data: string): Promise<string> {
    return (await this.request('eth_call', [{ to, data }, 'latest'])) as string;
  }

  async estimateGas(transaction: { from: string; to: string; data: string }): Promise<number> {
    return Number(await this.request('eth_estimateGas', [transaction]));
  }

  /** Nonces used up by blocks; what waits in the pool does not count. */
  async nonceOf(address: string): Promise<number> {
    return Number(await this.request('eth_getTransactionCount', [address, 'latest']));
  }

  async blockNumber(): Promise<number> {
    return Number(await this.request('eth_blockNumber', []));
  }

  async send(raw: string): Promise<void> {
    await this.request('eth_sendRawTransaction', [raw]);
  }

  async receipt(hash: string): Promise<Receipt | undefined> {
    const found = (await this.request('eth_getTransactionReceipt', [hash])) as Record<string, string> | null;
    if (found === null || found['blockNumber'] === undefined || found['blockNumber'] === null) return undefined;
    return {
      hash,
      blockNumber: Number(found['blockNumber']),
      blockHash: found['blockHash'] ?? '',
      gasUsed: Number(found['gasUsed']),
      isSuccess: Number(found['status']) === 1,
    };
  }

  private async request(method: string, params: unknown[]): Promise<unknown> {
    const local = providers.get(this.config.SETTLEMENT_CHAIN_RPC);
    if (local === undefined) return this.post(method, params);
    try {
      return await local.request({ method, params });
    } catch (error) {
      throw refusalOf(method, error);
    }
  }

  private async post(method: string, params: unknown[]): Promise<unknown> {
    this.requestId += 1;
    let answer: { result?: unknown; error?: unknown };
    try {
      const response = await fetch(this.config.SETTLEMENT_CHAIN_RPC, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: this.requestId, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_WALL_MS),
      });
      answer = (await response.json()) as typeof answer;
    } catch (cause) {
      throw new ChainAwayError(method, { cause });
    }
    if (answer.error !== undefined) throw refusalOf(method, answer.error);
    return answer.result;
  }
}

/** Nodes put revert data in `data`, or in `data.data`; in-process EVMs throw an error that carries the same. */
function refusalOf(method: string, error: unknown): ChainRefusedError {
  const { message, data } = error as { message?: string; data?: unknown };
  const inner = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : data;
  return new ChainRefusedError(method, message ?? String(error), typeof inner === 'string' ? inner : undefined);
}
