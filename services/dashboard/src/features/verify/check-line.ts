import type { AccountRow, Trade } from '@wattmesh/events';
import type { StatementLine } from '@wattmesh/portal/views';
import { runNumberOf } from '@wattmesh/settlement/hash-leaf';
import type { Evidence, MemberProofs } from './evidence.ts';
import { comparingStep, decidedStep, type Comparison, type Step } from './step.ts';

/** What of a statement's line a proof can speak about. Amounts: positive is a debit. */
export type LineClaim = Pick<
  StatementLine,
  'run' | 'kind' | 'matter' | 'energyWh' | 'priceMicroPerKwh' | 'amountMicro' | 'counterpartyMemberId'
>;

/** A line among what it is judged by. */
export interface LineCase {
  readonly memberId: string;
  readonly line: LineClaim;
  /** All the member's lines of the same interval and run, this one among them. */
  readonly lines: readonly LineClaim[];
  readonly proofs: MemberProofs;
  /** Proofs of the run before: a later run books the difference to it. */
  readonly before?: { readonly run: string; readonly proofs: MemberProofs } | undefined;
}

/** Whether leaves of the proof say what the line says, and which leaves those are: all of them must be proven. */
export interface LineFinding {
  readonly step: Step;
  readonly evidence: readonly Evidence[];
}

/**
 * Whether the proof's leaves say what the line says.
 *
 * A sale or purchase has a leaf of its own. Beside it the lines of one kind of money (trades, supply) must sum to the amount in
 * the member's account row, for a later run to its difference from the run before: no line can be added or left out.
 */
export function checkLine(given: LineCase): LineFinding {
  const { memberId, line, proofs, before } = given;
  const own = accountOf(line.run, proofs, memberId);
  const earlier = before === undefined ? undefined : accountOf(before.run, before.proofs, memberId);
  const trade = tradeOf(given);
  if (own === undefined || (isTrade(line) && trade === undefined)) return undecided('refused', 'noLeaf');
  if (line.kind === 'receivable') return { ...undecided('none', 'receivable'), evidence: [own.evidence] };
  if (runNumberOf(line.run) > 0 && earlier === undefined) return undecided('open', 'noEarlierRun');
  const sum = compareSum(given, own.row, earlier?.row);
  const rows: Evidence[] = [
    ...(trade === undefined ? [own.evidence] : [trade.evidence, { ...own.evidence, of: 'account' as const }]),
    ...(earlier === undefined ? [] : [{ ...earlier.evidence, of: 'before' as const }]),
  ];
  if (trade === undefined)
    return { step: comparingStep('line', [...compareEnergy(given, own.row), sum]), evidence: rows };
  const step = comparingStep('line', [...compareTrade(given, trade.fields), sum]);
  const isCharged = step.verdict === 'proven' && line.priceMicroPerKwh !== trade.fields.priceMicroPerKwh;
  return { step: isCharged ? { ...step, reason: 'chargesIncluded' } : step, evidence: rows };
}

const undecided = (verdict: Step['verdict'], reason: Step['reason']): LineFinding => ({
  step: decidedStep('line', { verdict, reason }),
  evidence: [],
});

const isTrade = ({ kind, counterpartyMemberId }: LineClaim): boolean =>
  (kind === 'sold' || kind === 'bought') && counterpartyMemberId !== undefined;

const isOfSupply = ({ kind, matter }: LineClaim): boolean => {
  const moved = matter ?? kind;
  return moved === 'supply' || moved === 'feedIn';
};

/** A purchase's price includes the charges on shared energy, which the leaf leaves out; then the account row judges the money. */
function compareTrade({ memberId, line }: LineCase, trade: Trade): Comparison[] {
  const other = line.counterpartyMemberId;
  const isSale = line.kind === 'sold';
  const isCharged = !isSale && (line.priceMicroPerKwh ?? 0) > trade.priceMicroPerKwh;
  const debitMicro = isSale ? 0 - trade.amountMicro : trade.amountMicro;
  const money: Comparison[] = [
    { what: 'price', kind: 'priceMicroPerKwh', claimed: line.priceMicroPerKwh, found: trade.priceMicroPerKwh },
    { what: 'amount', kind: 'amountMicro', claimed: line.amountMicro, found: debitMicro },
  ];
  return [
    { what: 'seller', kind: 'member', claimed: isSale ? memberId : other, found: trade.sellerMemberId },
    { what: 'buyer', kind: 'member', claimed: isSale ? other : memberId, found: trade.buyerMemberId },
    { what: 'energy', kind: 'energyWh', claimed: line.energyWh, found: trade.energyWh },
    ...(isCharged ? [] : money),
  ];
}

function compareEnergy({ memberId, line }: LineCase, row: AccountRow): Comparison[] {
  const member: Comparison = { what: 'member', kind: 'member', claimed: memberId, found: row.memberId };
  if (line.energyWh === undefined || (line.kind !== 'supply' && line.kind !== 'feedIn')) return [member];
  const found = line.kind === 'supply' ? row.residualImportWh : row.residualExportWh;
  return [member, { what: 'energy', kind: 'energyWh', claimed: line.energyWh, found }];
}

function compareSum({ line, lines }: LineCase, row: AccountRow, earlier: AccountRow | undefined): Comparison {
  const isSupply = isOfSupply(line);
  const claimed = lines
    .filter((each) => isOfSupply(each) === isSupply && each.kind !== 'receivable')
    .reduce((sum, each) => sum + each.amountMicro, 0);
  const amountOf = (account: AccountRow): number => (isSupply ? account.supplyMicro : account.tradeMicro);
  const found = amountOf(row) - (earlier === undefined ? 0 : amountOf(earlier));
  return { what: isSupply ? 'supplyAmount' : 'tradeAmount', kind: 'amountMicro', claimed, found };
}

function tradeOf({ memberId, line, proofs }: LineCase): { evidence: Evidence; fields: Trade } | undefined {
  if (!isTrade(line)) return undefined;
  for (const leaf of proofs.leaves) {
    if (leaf.leaf.kind !== 'trade') continue;
    const { fields } = leaf.leaf;
    const [own, other] =
      line.kind === 'sold'
        ? [fields.sellerMemberId, fields.buyerMemberId]
        : [fields.buyerMemberId, fields.sellerMemberId];
    if (own === memberId && other === line.counterpartyMemberId)
      return { evidence: { run: line.run, proofs, leaf }, fields };
  }
  return undefined;
}

function accountOf(
  run: string,
  proofs: MemberProofs,
  memberId: string,
): { evidence: Evidence; row: AccountRow } | undefined {
  for (const leaf of proofs.leaves) {
    if (leaf.leaf.kind === 'account' && leaf.leaf.fields.memberId === memberId)
      return { evidence: { run, proofs, leaf }, row: leaf.leaf.fields };
  }
  return undefined;
}
