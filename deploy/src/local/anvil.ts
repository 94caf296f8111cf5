import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chainIdOf } from './chain-rpc.ts';
import { startProcess, type ServerProcess } from './child-process.ts';
import { LaunchError } from './launch-error.ts';
import { assertPortFree } from './ports.ts';

const READY_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;

export interface AnvilOptions {
  readonly port: number;
  readonly chainId: number;
  readonly mnemonic: string;
  /** Dump to go on from; absent: from the first block. */
  readonly stateFile?: string;
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

/** Waits until the node answers; false where it never does. */
async function answers(url: string, server: ServerProcess): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  const state = { hasEnded: false };
  void server.ended.then(() => (state.hasEnded = true));
  while (Date.now() < deadline && !state.hasEnded) {
    if ((await chainIdOf(url)) !== undefined) return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** Starts anvil on 127.0.0.1, where it makes no block until it is told to. */
export async function startAnvil(options: AnvilOptions): Promise<ServerProcess> {
  await assertPortFree(options.port, 'the EVM node', '--chain URL');
  const settings = {
    '--host': '127.0.0.1',
    '--port': String(options.port),
    '--chain-id': String(options.chainId),
    '--mnemonic': options.mnemonic,
    '--hardfork': 'osaka',
    '--accounts': '2',
    '--order': 'fifo',
    ...(options.stateFile === undefined ? {} : { '--load-state': options.stateFile }),
  };
  const args = [...Object.entries(settings).flat(), '--no-mining', '--quiet'];
  const server = startProcess({ name: 'anvil', command: anvilBinary(), args });
  if (await answers(`http://127.0.0.1:${options.port}`, server)) return server;
  await server.stop();
  throw new LaunchError(`the EVM node did not start: ${server.tail().split('\n').at(-1) ?? ''}`);
}
