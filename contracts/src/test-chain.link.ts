import { fileURLToPath } from 'node:url';
import { BrowserProvider, HDNodeWallet, Mnemonic, type BrowserProviderOptions, type Eip1193Provider } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';

export const TEST_MNEMONIC = 'test test test test test test test test test test test junk';
const ACCOUNT_PATH = "m/44'/60'/0'/0";
/** Never written: without artifacts the EVM's answers do not depend on what was compiled here before. */
const NO_ARTIFACTS = 'dist/no-artifacts';
const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface TestChainOptions {
  /** Default 31,337. */
  chainId?: number;
  mnemonic?: string;
  /** Funded accounts, default 20: those of the mnemonic at m/44'/60'/0'/0/n. */
  accountCount?: number;
  /** Time of the first block; later ones follow the wall clock. */
  initialDate?: Date;
  hardfork?: 'osaka' | 'amsterdam';
}

/** An EVM inside this process that mines each transaction at once. */
export interface TestChain {
  /** EIP-1193, for clients other than ethers. */
  provider: Eip1193Provider;
  /** The same chain for ethers, without caches. */
  ethers: BrowserProvider;
  chainId: number;
  /** Wallet of a funded account, connected to this chain. */
  walletAt(index: number): HDNodeWallet;
  close(): Promise<void>;
}

export async function startTestChain(options: TestChainOptions = {}): Promise<TestChain> {
  const { chainId = 31_337, mnemonic = TEST_MNEMONIC, accountCount = 20, hardfork = 'osaka' } = options;
  const hre = await createHardhatRuntimeEnvironment(
    {
      paths: { artifacts: NO_ARTIFACTS, cache: NO_ARTIFACTS },
      networks: {
        test: {
          type: 'edr-simulated',
          chainType: 'l1',
          chainId,
          hardfork,
          ...(hardfork === 'amsterdam' ? { blockGasLimit: 1_000_000_000, transactionGasCap: 200_000_000 } : {}),
          accounts: { mnemonic, count: accountCount, path: ACCOUNT_PATH },
          allowBlocksWithSameTimestamp: true,
          ...(options.initialDate === undefined ? {} : { initialDate: options.initialDate }),
        },
      },
    },
    {},
    PACKAGE_ROOT,
  );
  const connection = await hre.network.create('test');
  const accounts = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(mnemonic), ACCOUNT_PATH);
  const provider = withRevertData(connection.provider);
  const ethers = new PromptProvider(provider, chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 5 });
  const wallets = new Map<number, HDNodeWallet>();
  const deriveWallet = (index: number): HDNodeWallet => {
    const wallet = accounts.deriveChild(index).connect(ethers);
    wallets.set(index, wallet);
    return wallet;
  };
  return {
    provider,
    ethers,
    chainId,
    walletAt: (index) => wallets.get(index) ?? deriveWallet(index),
    close: async () => {
      ethers.destroy();
      await connection.close();
    },
  };
}

/** Asks the EVM at once: ethers' own providers hold every call back by a timer, to batch it. */
class PromptProvider extends BrowserProvider {
  readonly #evm: Eip1193Provider;

  constructor(evm: Eip1193Provider, chainId: number, options: BrowserProviderOptions) {
    super(evm, chainId, options);
    this.#evm = evm;
  }

  override async send(method: string, params: unknown[]): Promise<unknown> {
    try {
      return await this.#evm.request({ method, params });
    } catch (error) {
      const { code, data, message } = error as { code: number; data?: unknown; message: string };
      throw this.getRpcError({ id: 0, jsonrpc: '2.0', method, params }, { id: 0, error: { code, data, message } });
    }
  }
}

/** Gives a revert's bytes as `data` of the error, as nodes do; the EVM hands them one level deeper, where ethers finds none. */
function withRevertData(provider: Eip1193Provider): Eip1193Provider {
  return {
    request: async (request) => {
      try {
        return await provider.request(request);
      } catch (error) {
        const { message, data } = error as { message: string; data?: { data?: unknown } };
        if (typeof data?.data !== 'string') throw error;
        throw Object.assign(new Error(message, { cause: error }), { code: 3, data: data.data });
      }
    },
  };
}
