import type { UseQueryResult } from '@tanstack/react-query';
import type { TimelineView } from '@wattmesh/portal/views';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ChartCard } from '../../components/chart-card.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { DayChart, QUANTITIES } from './day-chart.tsx';
import { buildDay, type DayRow } from './day-series.ts';

type Props = {
  query: UseQueryResult<TimelineView>;
  /** Energy sold by interval start in ms. */
  soldAt: ReadonlyMap<number, number>;
  day: string;
  format: Format;
};

const isUnmetered = (row: DayRow): boolean => row.usedWh === undefined && row.madeWh === undefined;

/** What the house used, made and sold on a day. */
export function DayCard({ query, soldAt, day, format }: Props) {
  const { t } = useTranslation();
  const rows = useMemo(() => buildDay(query.data?.points ?? [], soldAt), [query.data, soldAt]);
  const columns: Column<DayRow>[] = [
    {
      key: 'start',
      header: t('member.day.start'),
      cell: (row) => format.time(row.startMs),
      csv: (row) => new Date(row.startMs).toISOString(),
    },
    ...QUANTITIES.map((name): Column<DayRow> => ({
      key: name,
      header: `${t(`member.day.${name}`)} (Wh)`,
      cell: (row) => format.number(row[`${name}Wh`]),
      csv: (row) => row[`${name}Wh`],
      isNumber: true,
    })),
  ];
  return (
    <ChartCard
      title={t('member.day.title')}
      hint={t('member.day.hint')}
      name={`day-${day}`}
      columns={columns}
      rows={rows.filter((row) => !isUnmetered(row))}
      rowKey={(row) => String(row.startMs)}
    >
      <Loaded query={query} lines={6} isEmpty={() => rows.every(isUnmetered)} empty={t('member.day.none')}>
        {() => <DayChart rows={rows} format={format} />}
      </Loaded>
    </ChartCard>
  );
}
