import type { StatementLine, StatementView } from '../view/statement-view.schema.ts';

const MICRO = 1_000_000;

type Cell = string | number | boolean | undefined;

/** Columns of a statement's lines, in their order. */
const COLUMNS: readonly {
  readonly name: string;
  readonly of: (line: StatementLine, statement: StatementView) => Cell;
}[] = [
  { name: 'lineId', of: (line) => line.lineId },
  { name: 'memberId', of: (_, statement) => statement.memberId },
  { name: 'intervalStart', of: (line) => line.intervalStart },
  { name: 'run', of: (line) => line.run },
  { name: 'bookedAt', of: (line) => line.bookedAt },
  { name: 'kind', of: (line) => line.kind },
  { name: 'matter', of: (line) => line.matter },
  { name: 'energyWh', of: (line) => line.energyWh },
  { name: 'energyDeltaWh', of: (line) => line.energyDeltaWh },
  { name: 'priceMicroPerKwh', of: (line) => line.priceMicroPerKwh },
  { name: 'amountMicro', of: (line) => line.amountMicro },
  { name: 'amount', of: (line) => decimal(line.amountMicro) },
  { name: 'currency', of: (_, statement) => statement.currency },
  { name: 'counterpartyMemberId', of: (line) => line.counterpartyMemberId },
  { name: 'onChain', of: (line) => line.onChain },
  { name: 'transactionHash', of: (line) => line.transactionHash },
  { name: 'finality', of: (line) => line.finality },
  { name: 'executionTransactionHash', of: (line) => line.executionTransactionHash },
];

/**
 * A statement as CSV (RFC 4180): a header, one line a statement line, positive amounts debits, ISO 8601 instants in UTC, dots
 * before decimals, nothing between thousands. O(n).
 *
 * @example writeCsv(statement); // 'lineId,memberId,...\r\n2017-07-10T16:00:00.000Z/preliminary/0,home-1,...\r\n'
 */
export function writeCsv(statement: StatementView): string {
  const rows = statement.lines.map((line) => COLUMNS.map(({ of }) => cell(of(line, statement))));
  return [COLUMNS.map(({ name }) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whole micro-units as a decimal number, exactly. */
function decimal(amountMicro: number): string {
  const digits = Math.abs(amountMicro);
  const fraction = String(digits % MICRO).padStart(6, '0');
  return `${amountMicro < 0 ? '-' : ''}${Math.floor(digits / MICRO)}.${fraction}`;
}
