/** The five questions of a verification, each of which builds on the one before. */
export const STEPS = ['line', 'leaf', 'path', 'root', 'payment'] as const;
export type StepName = (typeof STEPS)[number];

/** `open` is not proven yet and not refused either; `none`: there is nothing to prove here. */
export type Verdict = 'proven' | 'refused' | 'open' | 'none';

/** How a compared value is shown. */
export type ValueKind =
  | 'hash'
  | 'text'
  | 'member'
  | 'energyWh'
  | 'priceMicroPerKwh'
  | 'amountMicro'
  | 'interval'
  | 'run';

export type ComparedValue =
  | 'amount'
  | 'buyer'
  | 'chainId'
  | 'community'
  | 'contract'
  | 'digest'
  | 'energy'
  | 'intervalNumber'
  | 'lane'
  | 'leafCount'
  | 'leafHash'
  | 'member'
  | 'position'
  | 'price'
  | 'root'
  | 'runNumber'
  | 'seller'
  | 'supplyAmount'
  | 'tradeAmount'
  | 'tradeCount';

/** Why a step came out as it did, `verify.reason.<reason>` in words. */
export type Reason =
  | `${StepName}${'Proven' | 'Refused'}`
  | 'advanced'
  | 'chargesIncluded'
  | 'linesUnknown'
  | 'noContract'
  | 'noEarlierRun'
  | 'noExecution'
  | 'noLeaf'
  | 'noNode'
  | 'nodeAway'
  | 'nodeRefused'
  | 'notCommitted'
  | 'notExecuted'
  | 'notOnChain'
  | 'otherChain'
  | 'otherPeriod'
  | 'proofAway'
  | 'receivable'
  | 'stopped'
  | 'supplierLane'
  | 'transactionFailed'
  | 'transactionUnknown'
  | 'waiting';

/** One value as the line or the proof has it, and as this browser computed it or the chain holds it. */
export interface Comparison {
  /** Name of the value, `verify.value.<what>` in words. */
  readonly what: ComparedValue;
  readonly kind: ValueKind;
  readonly claimed: string | number | undefined;
  readonly found: string | number | undefined;
  /** Which of several leaves it belongs to, where not to the line's own. */
  readonly of?: 'account' | 'before';
}

/** Outcome of one step; the reason's words are filled with `values`. */
export interface Step {
  readonly name: StepName;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly values: Readonly<Record<string, string | number>>;
  readonly compared: readonly Comparison[];
  /** How deep the chain holds what was proven; `isFinal` absent where the node does not say. */
  readonly depth?: { readonly blocks: number; readonly isFinal: boolean | undefined };
}

export const isSame = ({ claimed, found }: Comparison): boolean => claimed === found;

/** Verdict of a whole verification: refused where any step is, proven where all are or have nothing to prove. */
export function overallVerdict(steps: readonly Step[]): Verdict {
  if (steps.some((step) => step.verdict === 'refused')) return 'refused';
  const isComplete = STEPS.every((name) => steps.some((step) => step.name === name));
  return isComplete && steps.every((step) => step.verdict !== 'open') ? 'proven' : 'open';
}

/** Step that is proven where all compared values agree, and refused else. */
export function comparingStep(name: StepName, compared: readonly Comparison[]): Step {
  const isProven = compared.every(isSame);
  return {
    name,
    verdict: isProven ? 'proven' : 'refused',
    reason: `${name}${isProven ? 'Proven' : 'Refused'}`,
    values: {},
    compared,
  };
}

/** Step decided by something else than its compared values. */
export function decidedStep(
  name: StepName,
  decision: Pick<Step, 'verdict' | 'reason'> & Partial<Pick<Step, 'values' | 'compared'>>,
): Step {
  return { name, values: {}, compared: [], ...decision };
}
