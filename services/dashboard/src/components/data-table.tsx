import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CsvColumn } from './to-csv.ts';
import './data-table.css';

export type Column<T> = CsvColumn<T> & {
  key: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the end of their column. */
  isNumber?: boolean;
  /** Only in the CSV: the table shows it inside another column. */
  isCsvOnly?: boolean;
};

type Props<T> = {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Rows shown before the reader asks for all. */
  first?: number;
};

/** Rows that a page holds at once; all of them are in the CSV. */
const MOST = 400;

export function DataTable<T>({ caption, columns, rows, rowKey, first = 12 }: Props<T>) {
  const { t } = useTranslation();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? rows.slice(0, MOST) : rows.slice(0, first);
  const visible = columns.filter((column) => column.isCsvOnly !== true);
  return (
    <div className="table-box">
      <div
        className={isAll ? 'table-scroll table-long' : 'table-scroll'}
        role="region"
        aria-label={t('table.of', { caption })}
        tabIndex={0}
      >
        <table>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {visible.map((column) => (
                <th key={column.key} scope="col" className={column.isNumber ? 'number' : undefined}>
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {visible.map((column) => (
                  <td key={column.key} className={column.isNumber ? 'number' : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > first ? (
        <button type="button" className="button" onClick={() => setAll(!isAll)}>
          {isAll ? t('table.less') : t('table.more', { count: Math.min(MOST, rows.length) })}
        </button>
      ) : null}
    </div>
  );
}
