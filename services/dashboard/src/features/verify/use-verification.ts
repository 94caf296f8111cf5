import { queryOptions, useQuery, useQueryClient, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { CommunityView, StatementLine } from '@wattmesh/portal/views';
import { intervalNumberOf, runNumberOf } from '@wattmesh/settlement/hash-leaf';
import { proofQuery, readStatement } from '../../api/proof-query.ts';
import { readPaymentFacts, readRootFacts } from './chain.client.ts';
import { findExecution } from './check-payment.ts';
import { judgeLine, type Answer, type Inquiry } from './judge-line.ts';
import { NodeError, rpcAt } from './rpc.client.ts';
import type { Step } from './step.ts';

/** A line to verify, and the node that is asked. */
export interface Verification {
  readonly memberId: string;
  readonly community: CommunityView;
  readonly line: StatementLine;
  readonly lines: readonly StatementLine[];
  /** Absent while no node is named. */
  readonly rpcUrl: string | undefined;
}

type Proofs = Extract<Inquiry['proofs'], { state: 'given' }>['value'];
type Payment = Extract<Inquiry['payment'], { state: 'given' }>['value'];

const NEVER_SETTLED_MS = 60_000;
const INTERVAL_MS = 900_000;
/** A correction moves with a later period than its interval's. */
const OLDEST_CORRECTION_MS = 31 * 86_400_000;

/** Steps of a verification as its answers arrive, and how to ask anew. */
export function useVerification(given: Verification): { steps: Step[]; checkAgain: () => void } {
  const client = useQueryClient();
  const proofs = useQuery(proofsQuery(client, given));
  const root = useQuery(rootQuery(given));
  const payment = useQuery(paymentQuery(given));
  const hasNode = given.rpcUrl !== undefined;
  const steps = judgeLine({
    ...given,
    proofs: answerOf(proofs),
    root: hasNode ? answerOf(root) : NO_NODE,
    payment: hasNode ? answerOf(payment) : NO_NODE,
  });
  const checkAgain = (): void => {
    for (const query of [proofs, root, payment]) void query.refetch();
  };
  return { steps, checkAgain };
}

const NO_NODE: Answer<never> = { state: 'failed', reason: 'noNode', detail: '' };

const proofsQuery = (client: QueryClient, { memberId, line }: Verification) =>
  queryOptions({
    queryKey: ['proof', memberId, line.intervalStart, line.run, 'and-before'],
    queryFn: async (): Promise<Proofs> => {
      const { intervalStart } = line;
      const own = await client.fetchQuery(proofQuery(memberId, line));
      const run = runBefore(line.run, own.history);
      if (run === undefined) return { own };
      return { own, before: { run, proofs: await client.fetchQuery(proofQuery(memberId, { intervalStart, run })) } };
    },
    retry: false,
    gcTime: NEVER_SETTLED_MS,
  });

/** The last run before this one of those that were committed; a final run follows the preliminary in any case. */
function runBefore(run: string, history: readonly { run: string }[]): string | undefined {
  const number = runNumberOf(run);
  if (number === 0) return undefined;
  return history.findLast((header) => runNumberOf(header.run) < number)?.run ?? 'preliminary';
}

const rootQuery = ({ community, line, rpcUrl }: Verification) =>
  queryOptions({
    queryKey: ['node', rpcUrl, 'root', community.chain, line.intervalStart],
    queryFn: () => {
      const { chainId, settlement } = community.chain;
      return readRootFacts(rpcAt(rpcUrl!), { chainId, settlement, interval: intervalNumberOf(line.intervalStart) });
    },
    enabled: rpcUrl !== undefined,
    retry: false,
    staleTime: 0,
    gcTime: NEVER_SETTLED_MS,
  });

const paymentQuery = ({ memberId, community, line, rpcUrl }: Verification) =>
  queryOptions({
    queryKey: ['node', rpcUrl, 'payment', community.chain, memberId, line.executionTransactionHash],
    queryFn: async ({ signal }): Promise<Payment> => {
      const { chainId, settlement } = community.chain;
      const transactionHash = line.executionTransactionHash!;
      const facts = await readPaymentFacts(rpcAt(rpcUrl!), { chainId, settlement, memberId, transactionHash });
      const period = findExecution(settlement, facts);
      if (period === undefined) return { facts };
      const fromMs = period.firstInterval * INTERVAL_MS;
      const from = new Date(fromMs - OLDEST_CORRECTION_MS).toISOString();
      const to = new Date(fromMs + period.intervalCount * INTERVAL_MS).toISOString();
      const { lines } = await readStatement(memberId, { from, to }, signal);
      const moved = lines.filter((each) => each.onChain && each.executionTransactionHash === transactionHash);
      return { facts, linesMicro: moved.reduce((sum, each) => sum + each.amountMicro, 0) };
    },
    enabled: rpcUrl !== undefined && line.executionTransactionHash !== undefined,
    retry: false,
    staleTime: 0,
    gcTime: NEVER_SETTLED_MS,
  });

function answerOf<T>(query: UseQueryResult<T>): Answer<T> {
  if (query.error !== null) {
    const { error } = query;
    const detail = error.message;
    if (error instanceof NodeError)
      return { state: 'failed', reason: error.kind === 'away' ? 'nodeAway' : 'nodeRefused', detail };
    if (error instanceof RangeError) return { state: 'failed', reason: 'noContract', detail };
    return { state: 'failed', reason: 'proofAway', detail };
  }
  return query.data === undefined ? { state: 'waiting' } : { state: 'given', value: query.data };
}
