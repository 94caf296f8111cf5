import type { LineMatter, StatementLine } from '@wattmesh/portal/views';

/** What came together of one matter. Amount: positive is a debit. */
export interface MatterSum {
  readonly energyWh: number;
  readonly amountMicro: number;
  /** Neighbours dealt with. */
  readonly partners: number;
}

/** Sums of a statement's lines by what moved the money. */
export type MatterSums = Readonly<Record<LineMatter, MatterSum>>;

/** Sums lines by matter: a correction adds its difference to what it corrects; a receivable pair moves nothing. O(n). */
export function sumByMatter(lines: readonly StatementLine[]): MatterSums {
  const of = (matter: LineMatter): MatterSum => {
    const own = lines.filter((line) => matterOf(line) === matter);
    const partners = new Set(own.flatMap((line) => line.counterpartyMemberId ?? []));
    return {
      energyWh: own.reduce((sum, line) => sum + energyOf(line), 0),
      amountMicro: own.reduce((sum, line) => sum + line.amountMicro, 0),
      partners: partners.size,
    };
  };
  return {
    sold: of('sold'),
    bought: of('bought'),
    supply: of('supply'),
    feedIn: of('feedIn'),
    charges: of('charges'),
  };
}

/** Energy sold to neighbours by interval start in ms. */
export function soldByInterval(lines: readonly StatementLine[]): ReadonlyMap<number, number> {
  const sold = new Map<number, number>();
  for (const line of lines) {
    if (matterOf(line) !== 'sold') continue;
    const startMs = Date.parse(line.intervalStart);
    sold.set(startMs, (sold.get(startMs) ?? 0) + energyOf(line));
  }
  return sold;
}

/** What a line moved; a receivable pair moves none of it. */
export function matterOf({ kind, matter }: StatementLine): LineMatter | undefined {
  if (kind === 'receivable') return undefined;
  return matter ?? (kind === 'correction' ? undefined : kind);
}

const energyOf = (line: StatementLine): number => line.energyDeltaWh ?? line.energyWh ?? 0;
