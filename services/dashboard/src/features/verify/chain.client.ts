import { z } from 'zod';
import type { PaymentFacts } from './check-payment.ts';
import type { RootFacts } from './check-root.ts';
import { NodeError, type Rpc } from './rpc.client.ts';
import {
  callOf,
  readAddress,
  readCommittedRun,
  readIntervalCommitted,
  readMember,
  topicOf,
  wordOfId,
  wordOfInteger,
} from './settlement-words.ts';

const Hex = z.string().regex(/^0x[0-9a-fA-F]*$/);
const Log = z.object({ address: Hex, topics: z.array(Hex), data: Hex });
const Receipt = z.object({ status: Hex, blockNumber: Hex, logs: z.array(Log) });
const Block = z.object({ number: Hex });

/** What the node says of an interval's roots, all at one block. */
export async function readRootFacts(
  rpc: Rpc,
  at: { chainId: number; settlement: string; interval: number },
): Promise<RootFacts> {
  const { settlement, interval } = at;
  const chainId = Number(await ask(rpc, Hex, ['eth_chainId']));
  const nothing = { chainId, hasContract: false, ring: { isCommitted: false, run: 0, digest: '0x' } };
  if (chainId !== at.chainId) return nothing;
  const block = await ask(rpc, Hex, ['eth_blockNumber']);
  if ((await ask(rpc, Hex, ['eth_getCode', settlement, block])) === '0x') return nothing;
  const data = callOf('committedRun', wordOfInteger(interval));
  const ring = readCommittedRun(await ask(rpc, Hex, ['eth_call', { to: settlement, data }, block]));
  const topics = [topicOf('intervalCommitted'), wordOfInteger(interval)];
  const filter = { address: settlement, topics, fromBlock: '0x0', toBlock: block };
  const logs = await ask(rpc, z.array(Log), ['eth_getLogs', filter]).catch(unlessAway);
  return {
    chainId,
    hasContract: true,
    ring,
    ...(logs === undefined ? {} : { committed: logs.map(readIntervalCommitted) }),
  };
}

/** What the node says of an execution and of the member that it pays. */
export async function readPaymentFacts(
  rpc: Rpc,
  of: { chainId: number; settlement: string; memberId: string; transactionHash: string },
): Promise<PaymentFacts> {
  const { settlement, memberId, transactionHash } = of;
  const chainId = Number(await ask(rpc, Hex, ['eth_chainId']));
  if (chainId !== of.chainId) return { chainId, headBlock: 0, memberIndex: -1 };
  const receipt = await ask(rpc, Receipt.nullable(), ['eth_getTransactionReceipt', transactionHash]);
  const headBlock = Number(await ask(rpc, Hex, ['eth_blockNumber']));
  const finalized = await ask(rpc, Block.nullable(), ['eth_getBlockByNumber', 'finalized', false]).catch(unlessAway);
  const call = (to: string, data: string): Promise<string> => ask(rpc, Hex, ['eth_call', { to, data }, 'latest']);
  const registry = readAddress(await call(settlement, callOf('registry')));
  const member = readMember(await call(registry, callOf('findMember', wordOfId(memberId))));
  return {
    chainId,
    headBlock,
    memberIndex: member.index,
    ...(finalized ? { finalizedBlock: Number(finalized.number) } : {}),
    ...(receipt === null
      ? {}
      : {
          receipt: {
            isSuccess: Number(receipt.status) === 1,
            blockNumber: Number(receipt.blockNumber),
            logs: receipt.logs,
          },
        }),
  };
}

/** Asks the node and holds its answer to a shape: what is not of it is no chain's node. */
async function ask<S extends z.ZodType>(
  rpc: Rpc,
  schema: S,
  [method, ...params]: [string, ...unknown[]],
): Promise<z.output<S>> {
  const parsed = schema.safeParse(await rpc(method, params));
  if (!parsed.success) throw new NodeError('refused', `${method} gave an answer of another shape`);
  return parsed.data;
}

/** A node may refuse to search its logs or to tell finality; one that is away answers nothing at all. */
function unlessAway(error: unknown): undefined {
  if (error instanceof NodeError && error.kind === 'refused') return undefined;
  throw error;
}
