import { intervalNumberOf } from '@wattmesh/settlement/hash-leaf';
import { readPeriodExecuted, topicOf, type Execution, type Log } from './settlement-words.ts';
import { decidedStep, type Comparison, type Reason, type Step } from './step.ts';

/** What a node says of the transaction that moved a period's amounts, and of the member on chain. */
export interface PaymentFacts {
  readonly chainId: number;
  /** Absent where the node knows no such transaction. */
  readonly receipt?: { readonly isSuccess: boolean; readonly blockNumber: number; readonly logs: readonly Log[] };
  readonly headBlock: number;
  /** Absent where the node does not tell finality. */
  readonly finalizedBlock?: number;
  readonly memberIndex: number;
}

/** The movement to look for. Amounts positive are debits. */
export interface PaymentClaim {
  readonly chainId: number;
  readonly settlement: string;
  readonly intervalStart: string;
  readonly run: string;
  /** Sum of all the member's lines that this execution moved; absent where not all of them are known. */
  readonly linesMicro?: number;
  /** The supplier's lane also carries what it advances for others: no member's lines sum to it. */
  readonly isSupplier: boolean;
}

/**
 * Whether an execution on chain moved the member's amount of the line's settlement period.
 *
 * A period is netted: what moves is the sum of the member's lines, so the lines of the whole period are compared with the
 * member's lane. Less debited than the lines say is what the supplier advanced, and stays open; worse than the lines is refused.
 */
export function checkPayment(claim: PaymentClaim, facts: PaymentFacts): Step {
  const { receipt } = facts;
  if (facts.chainId !== claim.chainId) {
    return decidedStep('payment', {
      verdict: 'open',
      reason: 'otherChain',
      values: { wanted: claim.chainId, given: facts.chainId },
    });
  }
  if (receipt === undefined) return decidedStep('payment', { verdict: 'open', reason: 'transactionUnknown' });
  if (!receipt.isSuccess) return decidedStep('payment', { verdict: 'refused', reason: 'transactionFailed' });
  const execution = findExecution(claim.settlement, facts);
  if (execution === undefined) return decidedStep('payment', { verdict: 'refused', reason: 'noExecution' });
  const depth = {
    blocks: Math.max(1, facts.headBlock - receipt.blockNumber + 1),
    isFinal: facts.finalizedBlock === undefined ? undefined : facts.finalizedBlock >= receipt.blockNumber,
  };
  return { ...compareLane(claim, execution, facts.memberIndex), depth };
}

/** The period that the transaction executed at the settlement contract, if it did. */
export function findExecution(settlement: string, { receipt }: PaymentFacts): Execution | undefined {
  const log = receipt?.logs.find(
    ({ address, topics }) =>
      address.toLowerCase() === settlement.toLowerCase() && topics[0] === topicOf('periodExecuted'),
  );
  return log === undefined ? undefined : readPeriodExecuted(log);
}

function compareLane(claim: PaymentClaim, execution: Execution, memberIndex: number): Step {
  if (!isInPeriod(claim, execution)) return decidedStep('payment', { verdict: 'refused', reason: 'otherPeriod' });
  const movedMicro = 0 - (execution.lanesMicro[memberIndex] ?? 0);
  const { linesMicro } = claim;
  const lane: Comparison = { what: 'lane', kind: 'amountMicro', claimed: linesMicro, found: movedMicro };
  const decide = (verdict: Step['verdict'], reason: Reason): Step =>
    decidedStep('payment', { verdict, reason, compared: [lane] });
  if (linesMicro === undefined) return decide('open', 'linesUnknown');
  if (movedMicro === linesMicro) return decide('proven', 'paymentProven');
  if (claim.isSupplier) return decide('open', 'supplierLane');
  return movedMicro < linesMicro ? decide('open', 'advanced') : decide('refused', 'paymentRefused');
}

/** A correction moves with a later period than its interval's. */
function isInPeriod({ intervalStart, run }: PaymentClaim, { firstInterval, intervalCount }: Execution): boolean {
  const interval = intervalNumberOf(intervalStart);
  const isBeforeEnd = interval < firstInterval + intervalCount;
  return isBeforeEnd && (interval >= firstInterval || run.startsWith('correction'));
}
