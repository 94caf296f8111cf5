import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalChain } from './chain.ts';
import { askNode } from './chain-rpc.ts';
import { freePort } from './ports.ts';

/** Its constructor stores a runtime that logs 32 bytes whenever it is called. */
const LOGGING_CONTRACT = '0x600b600c600039600b6000f3602a60005260206000a000';

let folder: string;
let chain: LocalChain;

async function startChain(): Promise<void> {
  const port = await freePort();
  chain = new LocalChain({
    folder,
    port,
    chainId: 31_337,
    mnemonic: 'test test test test test test test test test test test junk',
    onTrouble: (reason) => expect.unreachable(reason),
  });
  await chain.start();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-chain-'));
  await startChain();
});
afterEach(async () => {
  await chain.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (method: string, ...params: unknown[]) => askNode(chain.url, method, params);
const head = async () => Number(await ask('eth_blockNumber'));
const logs = () => ask('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' });

async function send(transaction: object): Promise<string> {
  const [from] = (await ask('eth_accounts')) as string[];
  return (await ask('eth_sendTransaction', { from, gas: '0x30000', ...transaction })) as string;
}

async function addressOf(hash: string): Promise<string> {
  return ((await ask('eth_getTransactionReceipt', hash)) as { contractAddress: string }).contractAddress;
}

async function killNode(): Promise<void> {
  const pid = chain.supervised.life?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(chain.supervised.life?.pid ?? pid).not.toBe(pid), { timeout: 10_000, interval: 20 });
}

describe('the local chain', () => {
  it('has every mined transaction after a kill, with its receipt and logs', async () => {
    const deployment = await send({ data: LOGGING_CONTRACT });
    await chain.mine();
    const call = await send({ to: await addressOf(deployment) });
    await chain.mine();
    const before = { logs: await logs(), receipt: await ask('eth_getTransactionReceipt', call) };
    expect(before).toMatchObject({ logs: { length: 1 }, receipt: { status: '0x1' } });
    await killNode();
    expect({ logs: await logs(), receipt: await ask('eth_getTransactionReceipt', call) }).toEqual(before);
  });

  it('has its head where it was after a kill, though empty blocks are not kept', async () => {
    for (let empty = 0; empty < 3; empty += 1) await chain.mine();
    await killNode();
    expect(await head()).toBe(3);
  });

  it('goes on after a kill as it was told to: a block for each transaction, or one a second', async () => {
    await chain.setMining('at-once');
    await killNode();
    await send({ data: LOGGING_CONTRACT });
    await vi.waitFor(async () => expect(await head()).toBe(1), { timeout: 5000, interval: 20 });
    await chain.setMining('each-second');
    await killNode();
    const then = await head();
    await vi.waitFor(async () => expect(await head()).toBeGreaterThan(then), { timeout: 5000 });
    await chain.setMining('when-told');
  });

  it('goes on from where it was stopped, empty blocks included', async () => {
    const hash = await send({ data: LOGGING_CONTRACT });
    await chain.mine();
    await chain.mine();
    await chain.stop();
    await startChain();
    expect(await head()).toBe(2);
    expect(await ask('eth_getTransactionReceipt', hash)).toMatchObject({ blockNumber: '0x1' });
  });

  it('lets work that it must live through be done again after a kill, and keeps what came of it', async () => {
    await chain.setMining('at-once');
    let tries = 0;
    const hash = await chain.throughout(async () => {
      tries += 1;
      if (tries === 1) await killNode();
      return send({ data: LOGGING_CONTRACT });
    });
    expect(tries).toBe(2);
    await vi.waitFor(async () => expect(await ask('eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1' }));
  });
});
