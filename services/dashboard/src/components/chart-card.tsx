import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from './card.tsx';
import { CsvButton } from './csv-button.tsx';
import { DataTable, type Column } from './data-table.tsx';

type Props<T> = {
  title: string;
  hint?: ReactNode;
  tools?: ReactNode;
  /** File name of the CSV without its ending. */
  name: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  className?: string;
  children: ReactNode;
};

/** A chart with its table behind it and its CSV: what the eye sees, a keyboard and a program can read too. */
export function ChartCard<T>({ title, hint, tools, name, columns, rows, rowKey, className, children }: Props<T>) {
  const { t } = useTranslation();
  const [isTable, setTable] = useState(false);
  return (
    <Card
      title={title}
      hint={hint}
      {...(className === undefined ? {} : { className })}
      tools={
        <>
          {tools}
          <button type="button" className="button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {t('table.show')}
            <span className="visually-hidden"> {title}</span>
          </button>
          <CsvButton name={name} columns={columns} rows={rows} />
        </>
      }
    >
      {isTable ? <DataTable caption={title} columns={columns} rows={rows} rowKey={rowKey} first={24} /> : children}
    </Card>
  );
}
