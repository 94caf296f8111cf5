import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsonRpcProvider } from 'ethers';
import { startProcess } from './child-process.ts';
import { LaunchError } from './launch-error.ts';
import { assertPortFree } from './ports.ts';

const READY_WITHIN_MS = 20_000;

export interface LocalChain {
  readonly url: string;
  stop(): Promise<void>;
}

function anvilBinary(): string {
  const system = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${system}`;
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')).resolve(
      `${name}/package.json`,
    );
    return join(dirname(entry), 'bin', 'anvil');
  } catch (cause) {
    throw new LaunchError(`no local EVM node for ${process.platform}-${process.arch}; give your own with --chain URL`, {
      cause,
    });
  }
}

/** Chain id of the node at a URL; undefined where none answers. */
export async function chainIdOf(url: string): Promise<number | undefined> {
  try {
    const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { result } = (await response.json()) as { result?: string };
    return result === undefined ? undefined : Number(result);
  } catch {
    // Whatever went wrong: nobody usable answers.
    return undefined;
  }
}

/** True once the node answers; false where it never does. */
async function answers(url: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if ((await chainIdOf(url)) !== undefined) return true;
    await sleep(50);
  }
  return false;
}

/** Starts anvil on 127.0.0.1; its blocks and balances live in a file under `folder` and are there again at the next start. */
export async function startChain(options: {
  folder: string;
  port: number;
  chainId: number;
  mnemonic: string;
}): Promise<LocalChain> {
  await assertPortFree(options.port, 'the EVM node', '--chain URL');
  mkdirSync(options.folder, { recursive: true });
  const state = join(options.folder, 'anvil-state.json');
  const server = startProcess({
    name: 'anvil',
    command: anvilBinary(),
    args: [
      '--host',
      '127.0.0.1',
      '--port',
      String(options.port),
      '--chain-id',
      String(options.chainId),
      '--mnemonic',
      options.mnemonic,
      '--state',
      state,
      '--state-interval',
      '2',
      '--hardfork',
      'osaka',
      '--accounts',
      '2',
      '--order',
      'fifo',
      '--quiet',
    ],
  });
  const url = `http://127.0.0.1:${options.port}`;
  const isUp = await Promise.race([answers(url), server.ended.then(() => false)]);
  if (!isUp) {
    await server.stop();
    throw new LaunchError(`the EVM node did not start: ${server.tail().split('\n').at(-1) ?? ''}`);
  }
  return { url, stop: () => server.stop('SIGINT') };
}

/** Lets the local node make blocks at once (set-up) or one each `blockTimeS` (a running community). */
export async function setMining(url: string, mode: 'at-once' | number): Promise<void> {
  const provider = new JsonRpcProvider(url);
  try {
    if (mode === 'at-once') await provider.send('evm_setAutomine', [true]);
    else {
      await provider.send('evm_setAutomine', [false]);
      await provider.send('evm_setIntervalMining', [mode]);
    }
  } finally {
    provider.destroy();
  }
}
