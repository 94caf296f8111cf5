import { join } from 'node:path';
import { HDNodeWallet, JsonRpcProvider, Wallet } from 'ethers';
import type { Roster } from '../supervise/roster.ts';
import { Supervised } from '../supervise/supervised.ts';
import { LocalChain, type Mining } from './chain.ts';
import { chainIdOf } from './chain-rpc.ts';
import { assertExternalServersAnswer, type ExternalServers } from './external.ts';
import { startKafka } from './kafka/start-kafka.ts';
import { LaunchError } from './launch-error.ts';
import { startPostgres } from './postgres.ts';

/** Accounts that the local node funds; a test phrase that everybody knows, for a chain that only this machine sees. */
const LOCAL_MNEMONIC = 'test test test test test test test test test test test junk';
const CHAIN_ID = 31_337;

export const POSTGRES_PORT = 5433;
export const CHAIN_PORT = 8545;
export const KAFKA_PORT = 9092;
export const KAFKA_CONTROLLER_PORT = 9093;

/** A server that runs for this run. */
interface Server {
  stop(): Promise<void>;
}

export interface Servers {
  readonly databaseUrl: string;
  readonly chainUrl: string;
  readonly chainId: number;
  readonly operatorKey: string;
  readonly provider: JsonRpcProvider;
  /** Brokers of Kafka, where it was asked for. */
  readonly brokers?: readonly string[];
  /** The chain of this machine's own, where it has one: its blocks come as this process says. */
  readonly chain?: LocalChain;
  stop(): Promise<void>;
}

export interface ServerOptions extends ExternalServers {
  readonly folder: string;
  readonly needsKafka?: boolean;
  readonly postgresPort?: number;
  readonly chainPort?: number;
  /** Ports of the broker and of its controller. */
  readonly kafkaPorts?: readonly [number, number];
  readonly roster: Roster;
  readonly onProgress: (line: string) => void;
}

class Started {
  readonly #servers: Server[] = [];

  add(server: Server): void {
    this.#servers.unshift(server);
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#servers.splice(0).map((server) => server.stop()));
  }
}

async function startDatabase(options: ServerOptions, started: Started): Promise<string> {
  if (options.databaseUrl !== undefined) return options.databaseUrl;
  const port = options.postgresPort ?? POSTGRES_PORT;
  const begin = () => startPostgres({ folder: join(options.folder, 'postgres'), port });
  const postgres = new Supervised('PostgreSQL', begin, options.roster.eventsOf('postgres'));
  started.add(postgres);
  return (await postgres.start()).url;
}

async function startNode(options: ServerOptions, started: Started): Promise<{ url: string; chain?: LocalChain }> {
  if (options.chainUrl !== undefined) return { url: options.chainUrl };
  const chain = new LocalChain(
    {
      folder: join(options.folder, 'chain'),
      port: options.chainPort ?? CHAIN_PORT,
      chainId: CHAIN_ID,
      mnemonic: LOCAL_MNEMONIC,
      onTrouble: (reason) => options.onProgress(`the EVM node makes or keeps no block (${reason}); trying again`),
    },
    options.roster.eventsOf('chain'),
  );
  started.add(chain);
  await chain.start();
  return { url: chain.url, chain };
}

async function startBroker(options: ServerOptions, started: Started): Promise<readonly string[] | undefined> {
  if (options.brokers !== undefined || !options.needsKafka) return options.brokers;
  const [port, controllerPort] = options.kafkaPorts ?? [KAFKA_PORT, KAFKA_CONTROLLER_PORT];
  const settings = {
    folder: join(options.folder, 'kafka'),
    port,
    controllerPort,
    jars: { onProgress: options.onProgress },
  };
  const kafka = new Supervised('Kafka', () => startKafka(settings), options.roster.eventsOf('kafka'));
  started.add(kafka);
  return (await kafka.start()).brokers.split(',');
}

const providerOf = (url: string, chainId: number): JsonRpcProvider =>
  new JsonRpcProvider(url, chainId, { cacheTimeout: -1, pollingInterval: 50, staticNetwork: true });

/** Starts what is not given by address: PostgreSQL, an EVM node and, where it is needed, Kafka; all with their data in the folder. */
export async function startServers(options: ServerOptions): Promise<Servers> {
  await assertExternalServersAnswer(options);
  const started = new Started();
  const starting = [
    startDatabase(options, started),
    startNode(options, started),
    startBroker(options, started),
  ] as const;
  try {
    const [databaseUrl, node, brokers] = await Promise.all(starting);
    const chainId = await chainIdOf(node.url);
    if (chainId === undefined) throw new LaunchError(`the EVM node at ${node.url} does not answer; start again`);
    const provider = providerOf(node.url, chainId);
    return {
      databaseUrl,
      chainUrl: node.url,
      chainId,
      operatorKey: options.operatorKey ?? HDNodeWallet.fromPhrase(LOCAL_MNEMONIC).privateKey,
      provider,
      ...(brokers === undefined ? {} : { brokers }),
      ...(node.chain === undefined ? {} : { chain: node.chain }),
      async stop() {
        provider.destroy();
        await started.stop();
      },
    };
  } catch (error) {
    // What is still coming up must be up before it can be ended.
    await Promise.allSettled(starting);
    await started.stop();
    throw error;
  }
}

/** The operator's signer on a chain. */
export function operatorOf(servers: Servers): Wallet {
  return new Wallet(servers.operatorKey, servers.provider);
}

/** Does work on the chain that may be done again: where its node ends meanwhile, it is, when the node is back. */
export async function withOperator<T>(servers: Servers, work: (operator: Wallet) => Promise<T>): Promise<T> {
  const attempt = async (signal: AbortSignal): Promise<T> => {
    const provider = providerOf(servers.chainUrl, servers.chainId);
    // So that nothing of a broken attempt goes on beside the next one.
    signal.addEventListener('abort', () => provider.destroy());
    try {
      return await work(new Wallet(servers.operatorKey, provider));
    } finally {
      provider.destroy();
    }
  };
  return servers.chain ? servers.chain.throughout(attempt) : attempt(new AbortController().signal);
}

/** A local chain makes each block at once while a community is set up, then one a second, as chains do, or when a stepped clock says. */
export async function makeBlocks({ chain }: Servers, mining: Mining): Promise<void> {
  await chain?.setMining(mining);
}
