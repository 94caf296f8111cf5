import {
  deployContracts,
  depositFor,
  encodeHeader,
  encodeMandate,
  mandateTypedData,
  packDeltas,
  registerMembers,
  registryAbi,
  setMandates,
  settlementAbi,
  type Deployment,
  type Mandate,
} from '@wattmesh/contracts';
import { startTestChain, type TestChain } from '@wattmesh/contracts/test-chain';
import { Contract, Interface, keccak256, type ContractRunner } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPaymentFacts, readRootFacts } from './chain.client.ts';
import { checkPayment, type PaymentClaim } from './check-payment.ts';
import { checkRoot } from './check-root.ts';
import { NodeError, rpcAt } from './rpc.client.ts';
import { CALLS, EVENTS, topicOf } from './settlement-words.ts';
import { PlainText, serveRpc, type RpcServer } from './testing/json-rpc-server.ts';
import { history, intervalStart, proofsOfVectors, vectors } from './testing/a-proof.ts';

const MEMBERS = ['home-1', 'home-2', 'home-3', 'home-4', 'home-5'];
const { chainId, interval } = vectors;

let chain: TestChain;
let contracts: Deployment;
let node: RpcServer;
let settlement: Contract;
let executed: string;

const forward = (method: string, params: unknown[]): Promise<unknown> => chain.provider.request({ method, params });
const mined = async (call: Promise<{ wait: () => Promise<unknown>; hash: string }>): Promise<string> => {
  const sent = await call;
  await sent.wait();
  return sent.hash;
};
const send = (name: string, ...values: unknown[]): Promise<string> =>
  mined(settlement.getFunction(name)(...values) as Promise<{ wait: () => Promise<unknown>; hash: string }>);

/** The village of the vectors on a chain: their first runs committed, one period executed by which home-2 paid home-1. */
beforeAll(async () => {
  chain = await startTestChain();
  const operator = chain.walletAt(0);
  contracts = await deployContracts(operator, {
    communityId: vectors.communityId,
    startsAt: intervalStart,
    periodIntervals: 4,
    windowIntervals: 0,
  });
  settlement = new Contract(contracts.settlement, settlementAbi, operator as unknown as ContractRunner);
  const members = MEMBERS.map((memberId, index) => ({ memberId, wallet: chain.walletAt(1 + index).address }));
  await registerMembers(operator, contracts.registry, members);
  await depositFor(operator, contracts, [{ memberId: 'home-2', totalMicro: 1_000_000 }]);
  await consent('home-2');
  await send('commit', history.slice(0, 2).map(encodeHeader));
  const packed = packDeltas(
    new Map([
      [0, 5_000n],
      [1, -5_000n],
    ]),
  );
  await send('openPeriod', 1, interval, 1, keccak256(packed));
  executed = await send('execute', 1, interval, 1, packed);
  node = await serveRpc(forward);
});
afterAll(async () => {
  await node.close();
  await chain.close();
});

async function consent(memberId: string): Promise<void> {
  const mandate: Mandate = {
    memberId,
    communityId: vectors.communityId,
    priceFloorMicroPerKwh: 0,
    priceCeilingMicroPerKwh: 300_000,
    capMicroPerPeriod: 100_000,
    expiresAt: new Date(Date.parse(intervalStart) + 1e9).toISOString(),
    nonce: 0,
  };
  const { domain, types } = mandateTypedData(chainId, contracts.settlement);
  const wallet = chain.walletAt(1 + MEMBERS.indexOf(memberId));
  const signature = await wallet.signTypedData(domain, types, encodeMandate(mandate));
  await setMandates(chain.walletAt(0), contracts, [{ mandate, signature }]);
}

const rootOf = async (run: string, change: object = {}) => {
  const { proofs } = proofsOfVectors.find((each) => each.run === run)!;
  const facts = await readRootFacts(rpcAt(node.url), { chainId, settlement: contracts.settlement, interval });
  const told = { ...proofs, ...change };
  return checkRoot({ chainId, roots: [{ run, proofs: told }], history: told.history }, facts);
};

const paymentOf = async (memberId: string, change: Partial<PaymentClaim> = {}, transactionHash = executed) => {
  const place = { chainId, settlement: contracts.settlement, memberId, transactionHash };
  const facts = await readPaymentFacts(rpcAt(node.url), place);
  const claim = { chainId, settlement: contracts.settlement, intervalStart, run: 'final', isSupplier: false };
  return checkPayment({ ...claim, ...change }, facts);
};

describe('a root on the chain', () => {
  it('is found by its interval and run, whichever committed run the proof is of', async () => {
    for (const run of ['preliminary', 'final']) expect(await rootOf(run)).toMatchObject({ verdict: 'proven' });
  });

  it('is refused where the proof names another root, or another count of leaves', async () => {
    expect(await rootOf('final', { root: `0x${'1'.repeat(64)}` })).toMatchObject({ verdict: 'refused' });
    expect(await rootOf('final', { leafCount: 99 })).toMatchObject({ verdict: 'refused' });
  });

  it('is found by the contract’s events where the operator tells other headers', async () => {
    expect(await rootOf('final', { history: [] })).toMatchObject({ verdict: 'proven' });
    const forged = history.map((header) => ({ ...header, root: `0x${'2'.repeat(64)}` }));
    expect(await rootOf('final', { history: forged })).toMatchObject({ verdict: 'proven' });
  });

  it('is refused by its digest alone where the node does not search its logs', async () => {
    node.answer = (method, params) =>
      method === 'eth_getLogs' ? Promise.reject(new Error('range too wide')) : forward(method, params);
    expect(await rootOf('final')).toMatchObject({ verdict: 'proven' });
    expect(await rootOf('final', { history: [] })).toMatchObject({ verdict: 'refused' });
    const [first, ...others] = history;
    const reworded = [{ ...first!, sharedWh: 1 }, ...others];
    expect(await rootOf('final', { history: reworded })).toMatchObject({ verdict: 'refused' });
    node.answer = forward;
  });

  it('is open, not refused, while its run is not committed', async () => {
    expect(await rootOf('correction-1')).toMatchObject({ verdict: 'open', reason: 'notCommitted' });
  });

  it('is open where the node is of another chain or the contract is not there', async () => {
    node.answer = (method, params) => (method === 'eth_chainId' ? '0x1' : forward(method, params));
    expect(await rootOf('final')).toMatchObject({ verdict: 'open', reason: 'otherChain', values: { given: 1 } });
    node.answer = (method, params) => (method === 'eth_getCode' ? '0x' : forward(method, params));
    expect(await rootOf('final')).toMatchObject({ verdict: 'open', reason: 'noContract' });
    node.answer = forward;
  });
});

describe('a payment on the chain', () => {
  it('is proven where the member’s lane moved by the sum of its lines', async () => {
    expect(await paymentOf('home-2', { linesMicro: 5_000 })).toMatchObject({ verdict: 'proven' });
    expect(await paymentOf('home-1', { linesMicro: -5_000 })).toMatchObject({
      verdict: 'proven',
      depth: { blocks: 1 },
    });
  });

  it('is refused where more was taken or less was given than the lines say', async () => {
    expect(await paymentOf('home-2', { linesMicro: 4_999 })).toMatchObject({ verdict: 'refused' });
    expect(await paymentOf('home-1', { linesMicro: -5_001 })).toMatchObject({ verdict: 'refused' });
  });

  it('is open where the supplier advanced a part, or not all lines are known', async () => {
    expect(await paymentOf('home-2', { linesMicro: 6_000 })).toMatchObject({ verdict: 'open', reason: 'advanced' });
    expect(await paymentOf('home-2')).toMatchObject({ verdict: 'open', reason: 'linesUnknown' });
  });

  it('is refused where the transaction executed no period, or another one', async () => {
    const later = new Date(Date.parse(intervalStart) + 900_000).toISOString();
    expect(await paymentOf('home-2', { linesMicro: 5_000, intervalStart: later })).toMatchObject({
      verdict: 'refused',
      reason: 'otherPeriod',
    });
    const block = (await chain.ethers.getBlock(1))!;
    expect(await paymentOf('home-2', {}, block.transactions[0])).toMatchObject({
      verdict: 'refused',
      reason: 'noExecution',
    });
  });

  it('is refused where another contract executed it', async () => {
    const place = { chainId, settlement: contracts.settlement, memberId: 'home-2', transactionHash: executed };
    const facts = await readPaymentFacts(rpcAt(node.url), place);
    const claim = { chainId, settlement: contracts.token, intervalStart, run: 'final', isSupplier: false };
    expect(checkPayment({ ...claim, linesMicro: 5_000 }, facts)).toMatchObject({ reason: 'noExecution' });
  });

  it('is open where the node does not know the transaction', async () => {
    expect(await paymentOf('home-2', {}, `0x${'3'.repeat(64)}`)).toMatchObject({ reason: 'transactionUnknown' });
  });
});

describe('a node', () => {
  it('that is away, silent or no node at all is named so', async () => {
    const away = await serveRpc(forward);
    await away.close();
    await expect(rpcAt(away.url)('eth_chainId', [])).rejects.toMatchObject({ kind: 'away' });
    node.answer = () => new PlainText('<html>hello</html>');
    await expect(rpcAt(node.url)('eth_chainId', [])).rejects.toMatchObject({ kind: 'away' });
    node.answer = () => new Promise(() => undefined);
    await expect(rpcAt(node.url, 50)('eth_chainId', [])).rejects.toMatchObject({ kind: 'away' });
    node.answer = () => Promise.reject(new Error('not here'));
    await expect(rpcAt(node.url)('eth_chainId', [])).rejects.toEqual(new NodeError('refused', 'not here'));
    node.answer = forward;
  });
});

describe('the words of the contract', () => {
  it('are those of its ABI', () => {
    const abi = new Interface([...settlementAbi, ...registryAbi.filter((entry) => entry.type !== 'constructor')]);
    for (const call of Object.values(CALLS)) expect(abi.getFunction(call)?.format()).toBe(call);
    for (const [name, event] of Object.entries(EVENTS)) {
      expect(abi.getEvent(event)?.format()).toBe(event);
      expect(topicOf(name as keyof typeof EVENTS)).toBe(abi.getEvent(event)?.topicHash);
    }
  });
});
