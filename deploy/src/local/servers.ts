import { join } from 'node:path';
import { HDNodeWallet, JsonRpcProvider, Wallet } from 'ethers';
import { setMining, startChain, type LocalChain } from './chain.ts';
import { LaunchError } from './launch-error.ts';
import { startPostgres, type LocalPostgres } from './postgres.ts';

/** Accounts that the local node funds; a test phrase that everybody knows, for a chain that only this machine sees. */
const LOCAL_MNEMONIC = 'test test test test test test test test test test test junk';
const CHAIN_ID = 31_337;

export const POSTGRES_PORT = 5433;
export const CHAIN_PORT = 8545;

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

function localOperator(): HDNodeWallet {
  return HDNodeWallet.fromPhrase(LOCAL_MNEMONIC);
}

/** Starts what is not given by URL: PostgreSQL and an EVM node, both with their data in the folder. */
export async function startServers(options: {
  folder: string;
  databaseUrl?: string;
  chainUrl?: string;
  operatorKey?: string;
  postgresPort?: number;
  chainPort?: number;
}): Promise<Servers> {
  if (options.chainUrl !== undefined && options.operatorKey === undefined) {
    throw new LaunchError('--chain: set WATTMESH_OPERATOR_KEY to the private key of an account there that has funds');
  }
  const started: (LocalPostgres | LocalChain)[] = [];
  let provider: JsonRpcProvider | undefined;
  const stop = async () => {
    provider?.destroy();
    await Promise.allSettled(started.map((server) => server.stop()));
  };
  const own = <T extends LocalPostgres | LocalChain>(server: T): T => {
    started.push(server);
    return server;
  };
  const results = await Promise.allSettled([
    options.databaseUrl ??
      startPostgres({ folder: join(options.folder, 'postgres'), port: options.postgresPort ?? POSTGRES_PORT }).then(
        (server) => own(server).url,
      ),
    options.chainUrl ??
      startChain({
        folder: join(options.folder, 'chain'),
        port: options.chainPort ?? CHAIN_PORT,
        chainId: CHAIN_ID,
        mnemonic: LOCAL_MNEMONIC,
      }).then((server) => own(server).url),
  ]);
  const [database, chain] = results;
  if (database.status === 'rejected' || chain.status === 'rejected') {
    await stop();
    throw database.status === 'rejected' ? database.reason : (chain as PromiseRejectedResult).reason;
  }
  provider = new JsonRpcProvider(chain.value, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  try {
    const { chainId } = await provider.getNetwork();
    const operatorKey = options.operatorKey ?? localOperator().privateKey;
    return {
      databaseUrl: database.value,
      chainUrl: chain.value,
      chainId: Number(chainId),
      operatorKey,
      provider,
      ownsChain: options.chainUrl === undefined,
      stop,
    };
  } catch (cause) {
    await stop();
    throw new LaunchError(`no EVM node answers at ${chain.value}`, { cause });
  }
}

/** The operator's signer on a chain. */
export function operatorOf(servers: Servers): Wallet {
  return new Wallet(servers.operatorKey, servers.provider);
}

/** A local chain makes each block at once while a community is set up, then one a second, as chains do, or when a stepped clock says. */
export async function makeBlocks(servers: Servers, mode: 'at-once' | 'each-second' | 'when-told'): Promise<void> {
  if (servers.ownsChain) await setMining(servers.chainUrl, mode === 'at-once' ? mode : mode === 'each-second' ? 1 : 0);
}
