import {
  intervalStartOfNumber,
  readMemberIndexes,
  runOfNumber,
  settlementAbi,
  testCurrencyAbi,
} from '@wattmesh/contracts';
import { Contract, isCallException, type EventLog, type Provider, type Signer, VoidSigner } from 'ethers';
import type { ChainView } from './chain-view.ts';

interface Member {
  readonly memberId: string;
  readonly wallet: string;
}

const HEX_DIGITS_PER_DELTA = 12;

/** Amount per member index of a batch as executed: one signed 48-bit number each. */
function unpackDeltas(packed: string): bigint[] {
  const digits = packed.slice(2);
  return Array.from({ length: digits.length / HEX_DIGITS_PER_DELTA }, (_, index) =>
    BigInt.asIntN(48, BigInt(`0x${digits.slice(index * HEX_DIGITS_PER_DELTA, (index + 1) * HEX_DIGITS_PER_DELTA)}`)),
  );
}

/** A contract as it stood at one block: everything the audit reads is of the same moment. */
interface ContractAt {
  readonly contract: Contract;
  readonly blockTag: number;
}

async function eventsOf({ contract, blockTag }: ContractAt, name: string): Promise<EventLog[]> {
  const filter = contract.filters[name];
  if (!filter) throw new Error(`the settlement contract has no event ${name}`);
  const events = await contract.queryFilter(filter, 0, blockTag);
  return events.filter((event): event is EventLog => 'args' in event);
}

/** Asks the chain whether each member could take all it owns out now; answers those it refuses. */
async function refusedWithdrawals(
  { contract, blockTag }: ContractAt,
  owned: readonly { member: Member; memberIndex: number; lane: bigint }[],
  provider: Provider,
) {
  const answers = await Promise.all(
    owned
      .filter(({ lane }) => lane > 0n)
      .map(async ({ member, memberIndex, lane }) => {
        const own: Signer = new VoidSigner(member.wallet, provider);
        try {
          await contract.connect(own).getFunction('requestExit').staticCall(memberIndex, lane, { blockTag });
          return undefined;
        } catch (error) {
          if (isCallException(error))
            return { memberId: member.memberId, reason: error.revert?.name ?? error.reason ?? 'refused' };
          throw error;
        }
      }),
  );
  return answers.filter((answer) => answer !== undefined);
}

/** What each member owns, by its index on chain. */
function accountsOf(
  { contract, blockTag }: ContractAt,
  members: readonly Member[],
  indexes: ReadonlyMap<string, number>,
) {
  return Promise.all(
    members.map(async (member) => {
      const memberIndex = indexes.get(member.memberId) ?? -1;
      const account = await contract.getFunction('account')(memberIndex, { blockTag });
      const [lane, exit, cap] = [account.balanceMicro, account.exitMicro, account.capMicroPerPeriod] as bigint[];
      return { member, memberIndex, lane: lane ?? 0n, exit: exit ?? 0n, cap: cap ?? 0n };
    }),
  );
}

type NameOf = (memberIndex: number) => string;

async function commitsOf(settlement: ContractAt): Promise<ChainView['commits']> {
  return (await eventsOf(settlement, 'IntervalCommitted')).map(({ args, transactionHash }) => ({
    intervalStart: intervalStartOfNumber(Number(args['interval'])),
    run: runOfNumber(Number(args['run'])),
    tradeCount: Number(args['tradeCount']),
    leafCount: Number(args['leafCount']),
    sharedWh: Number(args['sharedWh']),
    priceMicroPerKwh: Number(args['priceMicroPerKwh']),
    root: args['root'] as string,
    dataHash: args['dataHash'] as string,
    transactionHash,
  }));
}

async function executionsOf(settlement: ContractAt, nameOf: NameOf): Promise<ChainView['executions']> {
  return (await eventsOf(settlement, 'PeriodExecuted')).map(({ args, transactionHash }) => {
    const deltas = unpackDeltas(args['packed'] as string).map((delta, index) => [nameOf(index), delta] as const);
    return {
      firstIntervalStart: intervalStartOfNumber(Number(args['firstInterval'])),
      intervalCount: Number(args['intervalCount']),
      deltasMicro: new Map(deltas.filter(([, delta]) => delta !== 0n)),
      transactionHash,
    };
  });
}

/** Sum per member of the amounts that events of these kinds state. */
async function amountsOf(
  settlement: ContractAt,
  names: readonly string[],
  nameOf: NameOf,
): Promise<Map<string, bigint>> {
  const amounts = new Map<string, bigint>();
  for (const name of names)
    for (const { args } of await eventsOf(settlement, name)) {
      const memberId = nameOf(Number(args['memberIndex']));
      amounts.set(memberId, (amounts.get(memberId) ?? 0n) + (args['amountMicro'] as bigint));
    }
  return amounts;
}

/** Reads everything the audit needs from the chain, as of its newest block: events, lanes, the money held, dry runs of withdrawals. */
export async function readChain(
  reader: Signer,
  contracts: { registry: string; settlement: string; token: string },
  members: readonly Member[],
): Promise<ChainView> {
  const provider = reader.provider;
  if (!provider) throw new Error('the reader has no provider');
  const blockTag = await provider.getBlockNumber();
  const settlement = { contract: new Contract(contracts.settlement, settlementAbi, reader), blockTag };
  const token = new Contract(contracts.token, testCurrencyAbi, reader);
  const memberIds = members.map(({ memberId }) => memberId);
  const indexes = await readMemberIndexes(reader, contracts.registry, memberIds);
  const memberAt = new Map([...indexes].map(([memberId, index]) => [index, memberId]));
  const nameOf: NameOf = (index) => memberAt.get(index) ?? `#${index}`;
  const accounts = await accountsOf(settlement, members, indexes);
  return {
    commits: await commitsOf(settlement),
    executions: await executionsOf(settlement, nameOf),
    depositsMicro: await amountsOf(settlement, ['Deposited'], nameOf),
    takenOutMicro: await amountsOf(settlement, ['ExitRequested', 'Withdrawn'], nameOf),
    lanesMicro: new Map(accounts.map(({ member, lane }) => [member.memberId, lane])),
    mandateCapMicro: new Map(accounts.map(({ member, cap }) => [member.memberId, cap])),
    tokenBalanceMicro: (await token.getFunction('balanceOf')(contracts.settlement, { blockTag })) as bigint,
    pendingExitsMicro: accounts.reduce((sum, { exit }) => sum + exit, 0n),
    refusedWithdrawals: await refusedWithdrawals(settlement, accounts, provider),
  };
}
