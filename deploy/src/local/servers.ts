import { join } from 'node:path';
import { Client } from 'pg';
import { HDNodeWallet, JsonRpcProvider, Wallet } from 'ethers';
import { chainIdOf, setMining, startChain } from './chain.ts';
import { LaunchError } from './launch-error.ts';
import { startPostgres } from './postgres.ts';

/** Accounts that the local node funds; a test phrase that everybody knows, for a chain that only this machine sees. */
const LOCAL_MNEMONIC = 'test test test test test test test test test test test junk';
const CHAIN_ID = 31_337;

export const POSTGRES_PORT = 5433;
export const CHAIN_PORT = 8545;

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

export interface Servers {
  readonly databaseUrl: string;
  readonly chainUrl: string;
  readonly chainId: number;
  readonly operatorKey: string;
  readonly provider: JsonRpcProvider;
  /** The chain is this machine's own, so blocks come as this process says. */
  readonly ownsChain: boolean;
  stop(): Promise<void>;
}

/** A PostgreSQL of the person's own, which is left running. Throws LaunchError where none answers there. */
async function reachable(databaseUrl: string): Promise<Server> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return { url: databaseUrl, stop: async () => undefined };
  } catch (cause) {
    throw new LaunchError(
      `--database ${new URL(databaseUrl).host}: ${(cause as Error).message || 'nobody answers'}; give the URL of a PostgreSQL that runs`,
      { cause },
    );
  }
}

export interface ServerOptions {
  readonly folder: string;
  readonly databaseUrl?: string;
  readonly chainUrl?: string;
  readonly operatorKey?: string;
  readonly postgresPort?: number;
  readonly chainPort?: number;
}

function startDatabase({ folder, databaseUrl, postgresPort = POSTGRES_PORT }: ServerOptions): Promise<Server> {
  return databaseUrl === undefined
    ? startPostgres({ folder: join(folder, 'postgres'), port: postgresPort })
    : reachable(databaseUrl);
}

async function startNode({ folder, chainUrl, chainPort = CHAIN_PORT }: ServerOptions): Promise<Server> {
  if (chainUrl !== undefined) return { url: chainUrl, stop: async () => undefined };
  return startChain({ folder: join(folder, 'chain'), port: chainPort, chainId: CHAIN_ID, mnemonic: LOCAL_MNEMONIC });
}

/** Starts what is not given by URL: PostgreSQL and an EVM node, both with their data in the folder. */
export async function startServers(options: ServerOptions): Promise<Servers> {
  if (options.chainUrl !== undefined && options.operatorKey === undefined) {
    throw new LaunchError('--chain: set WATTMESH_OPERATOR_KEY to the private key of an account there that has funds');
  }
  const results = await Promise.allSettled([startDatabase(options), startNode(options)]);
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stopStarted = async () => void (await Promise.allSettled(started.map((server) => server.stop())));
  const [database, node] = started;
  const failed = results.find((result) => result.status === 'rejected');
  if (failed || !database || !node) {
    await stopStarted();
    throw failed?.reason ?? new LaunchError('a local server did not start');
  }
  const provider = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  const stop = async () => {
    provider.destroy();
    await stopStarted();
  };
  const chainId = await chainIdOf(node.url);
  if (chainId === undefined) {
    await stop();
    throw new LaunchError(`--chain ${node.url}: no EVM node answers there`);
  }
  const operatorKey = options.operatorKey ?? HDNodeWallet.fromPhrase(LOCAL_MNEMONIC).privateKey;
  return {
    databaseUrl: database.url,
    chainUrl: node.url,
    chainId,
    operatorKey,
    provider,
    ownsChain: options.chainUrl === undefined,
    stop,
  };
}

/** The operator's signer on a chain. */
export function operatorOf(servers: Servers): Wallet {
  return new Wallet(servers.operatorKey, servers.provider);
}

/** A local chain makes each block at once while a community is set up, then one a second, as chains do, or when a stepped clock says. */
export async function makeBlocks(servers: Servers, mode: 'at-once' | 'each-second' | 'when-told'): Promise<void> {
  if (servers.ownsChain) await setMining(servers.chainUrl, mode === 'at-once' ? mode : mode === 'each-second' ? 1 : 0);
}
