/** A column of a table: what a person sees and what a program reads. `csv` absent: the column is for eyes only. */
export type CsvCell = string | number | boolean | undefined;
export type CsvColumn<T> = { header: string; csv?: (row: T) => CsvCell };

/** CSV by RFC 4180: instants and decimals as they are (ISO 8601, dot), missing is empty, headers in the page's language. */
export function toCsv<T>(columns: readonly CsvColumn<T>[], rows: readonly T[]): string {
  const kept = columns.filter((column) => column.csv !== undefined);
  const lines = [kept.map((column) => quoted(column.header))];
  for (const row of rows) lines.push(kept.map((column) => cellText(column.csv?.(row))));
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function cellText(cell: CsvCell): string {
  if (cell === undefined) return '';
  return typeof cell === 'string' ? quoted(cell) : String(cell);
}

/** A text that a spreadsheet would take for a formula is led by an apostrophe. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
