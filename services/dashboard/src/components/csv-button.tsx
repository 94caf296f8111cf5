import { useTranslation } from 'react-i18next';
import { toCsv, type CsvColumn } from './to-csv.ts';
import './card.css';

type Props<T> = { name: string; columns: readonly CsvColumn<T>[]; rows: readonly T[] };

export function CsvButton<T>({ name, columns, rows }: Props<T>) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="button"
      title={t('table.csvHint')}
      disabled={rows.length === 0}
      onClick={() => download(`${name}.csv`, toCsv(columns, rows))}
    >
      <span aria-hidden="true">↓</span> {t('table.csv')}
      <span className="visually-hidden"> {name}</span>
    </button>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
