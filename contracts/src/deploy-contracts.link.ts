import { ContractFactory, encodeBytes32String, type InterfaceAbi, type Signer } from 'ethers';
import { intervalNumber } from './encode-header.ts';
import { registryAbi, registryBytecode } from './generated/registry.ts';
import { settlementAbi, settlementBytecode } from './generated/settlement.ts';
import { testCurrencyAbi, testCurrencyBytecode } from './generated/test-currency.ts';
import { ChainSetupError, sendTransactions } from './send-transactions.link.ts';

/** Addresses of one community's contracts. */
export interface Deployment {
  registry: string;
  settlement: string;
  token: string;
}

export interface DeployOptions {
  communityId: string;
  /** The community's `startsAt`: no interval before it is ever committed or debited. Default: no bound. */
  startsAt?: string;
  /** True in the field, with `startsAt`: intervals are held to the chain's time. False (default) where time is simulated. */
  isRealTime?: boolean;
  /** Intervals committed after a period's opening before it executes; 0 (default) executes at once. */
  windowIntervals?: number;
  /** The community's `settlementPeriodIntervals`: what "per period" in a mandate means on chain. */
  periodIntervals: number;
  /** Grants and takes roles, pauses; default: the deployer. */
  admin?: string;
  /** Registers members and meters, commits, opens periods; default: the deployer. */
  operator?: string;
  /** An existing ERC-20 with 6 decimals and EIP-2612; default: a new `TestCurrency` that the deployer mints. */
  token?: string;
}

/** Deploys a community's registry and settlement, and a test currency where no token is named. */
export async function deployContracts(signer: Signer, options: DeployOptions): Promise<Deployment> {
  const deployer = await signer.getAddress();
  const admin = options.admin ?? deployer;
  const operator = options.operator ?? deployer;
  const registry = await deploy(signer, { abi: registryAbi, bytecode: registryBytecode }, [admin, operator]);
  const token =
    options.token ?? (await deploy(signer, { abi: testCurrencyAbi, bytecode: testCurrencyBytecode }, [deployer]));
  const { communityId, startsAt, windowIntervals = 0, periodIntervals, isRealTime = false } = options;
  if (isRealTime && startsAt === undefined)
    throw new ChainSetupError("a community in real time needs startsAt; pass the community's");
  const startInterval = startsAt === undefined ? 1 : intervalNumber(startsAt);
  const terms = [encodeBytes32String(communityId), startInterval, windowIntervals, periodIntervals, isRealTime];
  const settlement = await deploy(signer, { abi: settlementAbi, bytecode: settlementBytecode }, [
    registry,
    token,
    admin,
    operator,
    terms,
  ]);
  return { registry, settlement, token };
}

async function deploy(signer: Signer, code: { abi: InterfaceAbi; bytecode: string }, args: unknown[]): Promise<string> {
  const factory = new ContractFactory(code.abi, code.bytecode, signer);
  const [receipt] = await sendTransactions(signer, [await factory.getDeployTransaction(...args)]);
  return receipt!.contractAddress!;
}
