import { ScenarioError } from '../scenario/scenario.errors.ts';
import { FILE_ROWS } from './find-file-row.ts';

/**
 * Columns of a CSV file of 8760 hourly rows, as numbers.
 *
 * Throws a ScenarioError where a column is missing, a value is not a number or rows are missing or too many: a hole would become a household
 * that uses nothing.
 *
 * @example parseProfile({ file: 'Building_1.csv', text, columns: ['non_shiftable_load'] }).get('non_shiftable_load')
 */
export function parseProfile<C extends string>(csv: {
  file: string;
  text: string;
  columns: readonly C[];
}): Record<C, number[]> {
  const [header = '', ...lines] = csv.text.trimEnd().split(/\r?\n/);
  const names = header.split(',');
  const missing = csv.columns.find((column) => !names.includes(column));
  if (missing !== undefined)
    throw new ScenarioError(`${csv.file} has no column "${missing}"; fetch the CityLearn 2022 file again`);
  if (lines.length !== FILE_ROWS) {
    throw new ScenarioError(
      `${csv.file} has ${lines.length} rows instead of ${FILE_ROWS}; fetch the CityLearn 2022 file again`,
    );
  }
  const rows = lines.map((line) => line.split(','));
  const values = csv.columns.map(
    (column) => [column, columnOf(rows, { file: csv.file, column, at: names.indexOf(column) })] as const,
  );
  return Object.fromEntries(values) as Record<C, number[]>;
}

function columnOf(rows: string[][], where: { file: string; column: string; at: number }): number[] {
  return rows.map((row, index) => {
    const text = row[where.at] ?? '';
    const value = Number(text);
    if (text === '' || !Number.isFinite(value)) {
      throw new ScenarioError(
        `${where.file} row ${index}: ${where.column} is "${text}", not a number; fetch the CityLearn 2022 file again`,
      );
    }
    return value;
  });
}
