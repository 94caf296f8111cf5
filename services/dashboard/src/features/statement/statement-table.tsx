import type { StatementLine } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { useRunName } from '../../components/use-run-name.ts';
import type { Format } from '../../format/use-format.ts';
import { energyText, signedMoney } from './use-line-words.ts';

type Props = { lines: readonly StatementLine[]; wordsOf: (line: StatementLine) => string; format: Format };

export function StatementTable({ lines, wordsOf, format }: Props) {
  const { t } = useTranslation();
  const runName = useRunName();
  const columns: Column<StatementLine>[] = [
    {
      key: 'interval',
      header: t('statement.interval'),
      cell: (line) => <Instant>{format.dateTime(line.intervalStart)}</Instant>,
    },
    {
      key: 'what',
      header: t('statement.what'),
      cell: (line) => <span className="statement-what">{wordsOf(line)}</span>,
    },
    {
      key: 'amount',
      header: t('statement.amount'),
      cell: (line) => signedMoney(line.amountMicro, format),
      isNumber: true,
    },
    { key: 'energy', header: t('statement.energy'), cell: (line) => energyText(line, format) ?? '–', isNumber: true },
    { key: 'price', header: t('statement.price'), cell: (line) => format.price(line.priceMicroPerKwh), isNumber: true },
    { key: 'run', header: t('statement.run'), cell: (line) => runName(line.run) },
    {
      key: 'booked',
      header: t('statement.booked'),
      cell: (line) => <Instant>{format.dateTime(line.bookedAt)}</Instant>,
    },
  ];
  return (
    <DataTable
      caption={t('statement.title')}
      columns={columns}
      rows={lines}
      rowKey={(line) => line.lineId}
      first={12}
    />
  );
}

function Instant({ children }: { children: string }) {
  return <span className="instant">{children}</span>;
}
