import type { BatchView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import type { Column } from '../../components/data-table.tsx';
import { HashText } from '../../components/hash-text.tsx';
import { useRunName } from '../../components/use-run-name.ts';
import type { Format } from '../../format/use-format.ts';

export function useBatchColumns(format: Format): Column<BatchView>[] {
  const { t } = useTranslation();
  const runName = useRunName();
  return [
    { key: 'kind', header: t('batch.kind'), cell: (row) => t(`batch.kinds.${row.kind}`), csv: (row) => row.kind },
    {
      key: 'interval',
      header: t('batch.interval'),
      cell: (row) => <Intervals batch={row} format={format} />,
      csv: (row) => row.intervalStart,
    },
    {
      key: 'run',
      header: t('batch.run'),
      cell: (row) => (row.run === undefined ? '–' : runName(row.run)),
      csv: (row) => row.run,
    },
    {
      key: 'transaction',
      header: t('batch.transaction'),
      cell: (row) => <HashText hash={row.transactionHash} />,
      csv: (row) => row.transactionHash,
    },
    {
      key: 'finality',
      header: t('batch.finality'),
      cell: (row) => <Finality finality={row.finality} />,
      csv: (row) => row.finality,
    },
    ...(['blockNumber', 'gasUsed'] as const).map((name) => ({
      key: name,
      header: t(`batch.${name}`),
      isNumber: true,
      cell: (row: BatchView) => format.number(row[name]),
      csv: (row: BatchView) => row[name],
    })),
    {
      key: 'confirmed',
      header: t('batch.confirmed'),
      cell: (row) => format.second(row.confirmedAt),
      csv: (row) => row.confirmedAt,
    },
  ];
}

function Intervals({ batch, format }: { batch: BatchView; format: Format }) {
  const { t } = useTranslation();
  return (
    <span className="fixed">
      {format.time(batch.intervalStart)}
      {batch.intervalCount > 1 ? ` ${t('batch.and', { count: batch.intervalCount - 1 })}` : ''}
    </span>
  );
}

function Finality({ finality }: Pick<BatchView, 'finality'>) {
  const { t } = useTranslation();
  return (
    <span className="quality">
      <span aria-hidden="true">{finality === 'final' ? '●' : '◐'}</span> {t(`batch.finalities.${finality}`)}
    </span>
  );
}
