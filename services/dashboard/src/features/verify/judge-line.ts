import type { CommunityView, StatementLine } from '@wattmesh/portal/views';
import { checkLeaves, checkPaths } from './check-leaf.ts';
import { checkLine } from './check-line.ts';
import { checkPayment, type PaymentFacts } from './check-payment.ts';
import { checkRoot, type RootFacts } from './check-root.ts';
import type { Evidence, MemberProofs } from './evidence.ts';
import { decidedStep, type Reason, type Step, type StepName } from './step.ts';

/** What was asked for: not here yet, here, or not to be had and why. */
export type Answer<T> =
  | { readonly state: 'waiting' }
  | { readonly state: 'given'; readonly value: T }
  | { readonly state: 'failed'; readonly reason: Reason; readonly detail: string };

/** A line, who asks, and what portal and node have answered so far. */
export interface Inquiry {
  readonly memberId: string;
  readonly community: Pick<CommunityView, 'communityId' | 'supplierMemberId' | 'chain'>;
  readonly line: StatementLine;
  /** The member's lines of the same interval and run. */
  readonly lines: readonly StatementLine[];
  readonly proofs: Answer<{
    readonly own: MemberProofs;
    readonly before?: { readonly run: string; readonly proofs: MemberProofs };
  }>;
  readonly root: Answer<RootFacts>;
  readonly payment: Answer<{ readonly facts: PaymentFacts; readonly linesMicro?: number }>;
}

/** The five steps of a verification as far as answers are here; nothing that is missing is taken for refused. */
export function judgeLine(inquiry: Inquiry): Step[] {
  const { proofs, line, memberId, lines } = inquiry;
  const payment = judgePayment(inquiry);
  if (proofs.state !== 'given')
    return [...(['line', 'leaf', 'path', 'root'] as const).map((name) => unanswered(name, proofs)), payment];
  const { own, before } = proofs.value;
  const { step, evidence } = checkLine({ memberId, line, lines, proofs: own, before });
  if (evidence.length === 0)
    return [
      step,
      ...(['leaf', 'path', 'root'] as const).map((name) => decidedStep(name, { verdict: 'open', reason: 'stopped' })),
      payment,
    ];
  const { chainId, settlement } = inquiry.community.chain;
  const { communityId } = inquiry.community;
  const home = { chainId, settlement, communityId, intervalStart: line.intervalStart };
  return [step, checkLeaves(evidence, home), checkPaths(evidence), judgeRoot(inquiry, evidence), payment];
}

function judgeRoot({ root, community }: Inquiry, evidence: readonly Evidence[]): Step {
  if (root.state !== 'given') return unanswered('root', root);
  const ofRun = new Map(evidence.toReversed().map((each) => [each.run, each]));
  const { chainId } = community.chain;
  return checkRoot(
    { chainId, roots: [...ofRun.values()].toReversed(), history: evidence[0]!.proofs.history },
    root.value,
  );
}

function judgePayment({ memberId, community, line, payment }: Inquiry): Step {
  if (!line.onChain) return decidedStep('payment', { verdict: 'none', reason: 'notOnChain' });
  if (line.executionTransactionHash === undefined)
    return decidedStep('payment', { verdict: 'open', reason: 'notExecuted' });
  if (payment.state !== 'given') return unanswered('payment', payment);
  const { facts, linesMicro } = payment.value;
  const { chainId, settlement } = community.chain;
  const { intervalStart, run } = line;
  const isSupplier = memberId === community.supplierMemberId;
  return checkPayment(
    { chainId, settlement, intervalStart, run, isSupplier, ...(linesMicro === undefined ? {} : { linesMicro }) },
    facts,
  );
}

function unanswered(name: StepName, answer: Exclude<Answer<unknown>, { state: 'given' }>): Step {
  return answer.state === 'waiting'
    ? decidedStep(name, { verdict: 'open', reason: 'waiting' })
    : decidedStep(name, { verdict: 'open', reason: answer.reason, values: { detail: answer.detail } });
}
