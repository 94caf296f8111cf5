import { useQuery } from '@tanstack/react-query';
import type { CommunityView, MeterQualityView } from '@wattmesh/portal/views';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { qualityQuery } from '../../api/queries.ts';
import { siteName } from '../../api/site-name.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { QualityMark } from '../../components/quality-mark.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { worstFirst } from './worst-first.ts';
import './quality.css';

type Props = { community: CommunityView; format: Format };

const NONE: MeterQualityView[] = [];
const GRADES = ['measured', 'estimated', 'substituted', 'suspect', 'missing'] as const;

/** How good each meter's last day is, the worst first. */
export function QualityCard({ community, format }: Props) {
  const { t } = useTranslation();
  const quality = useQuery(qualityQuery(community.communityId));
  const rows = useMemo(() => worstFirst(quality.data ?? NONE), [quality.data]);
  const columns = useColumns(community, format);
  return (
    <Card
      title={t('meters.title')}
      hint={t('meters.hint')}
      tools={<CsvButton name={`${community.communityId}-meters`} columns={columns} rows={rows} />}
    >
      <Loaded query={quality} lines={8} isEmpty={() => rows.length === 0}>
        {() => (
          <DataTable
            caption={t('meters.title')}
            columns={columns}
            rows={rows}
            rowKey={(meter) => meter.meterId}
            first={10}
          />
        )}
      </Loaded>
    </Card>
  );
}

function useColumns(community: CommunityView, format: Format): Column<MeterQualityView>[] {
  const { t } = useTranslation();
  const head: Column<MeterQualityView>[] = [
    {
      key: 'site',
      header: t('meters.meter'),
      cell: (meter) => (
        <>
          {meter.role === 'head' ? t('meters.feeder') : siteName(community, meter.siteId)},{' '}
          {t(`meters.role.${meter.role}`)}
        </>
      ),
      csv: (meter) => meter.meterId,
    },
    {
      key: 'last',
      header: t('meters.last'),
      cell: (meter) =>
        meter.lastQuality === undefined ? (
          '–'
        ) : (
          <>
            {format.time(meter.lastIntervalStart)} <QualityMark quality={meter.lastQuality} />
          </>
        ),
      csv: (meter) => meter.lastIntervalStart,
    },
    {
      key: 'day',
      header: t('meters.day'),
      cell: (meter) => <DayBar meter={meter} />,
    },
    {
      key: 'attestation',
      header: t('meters.attestation'),
      cell: (meter) => t(`meters.attested.${meter.attestation}`),
      csv: (meter) => meter.attestation,
    },
  ];
  const counts = GRADES.map((grade) => ({
    key: grade,
    header: t(`quality.${grade}`),
    isCsvOnly: true,
    cell: (meter: MeterQualityView) => format.number(meter.counts[grade]),
    csv: (meter: MeterQualityView) => meter.counts[grade],
  }));
  return [...head, ...counts];
}

function DayBar({ meter }: { meter: MeterQualityView }) {
  const { t } = useTranslation();
  const total = GRADES.reduce((sum, grade) => sum + meter.counts[grade], 0);
  if (total === 0) return '–';
  const others = GRADES.slice(1).filter((grade) => meter.counts[grade] > 0);
  return (
    <>
      <span className="day-bar" aria-hidden="true">
        {GRADES.map((grade) => (
          <span key={grade} className={`day-${grade}`} style={{ width: `${(meter.counts[grade] / total) * 100}%` }} />
        ))}
      </span>{' '}
      <span className="fixed">{t('meters.share', { measured: meter.counts.measured, total })}</span>
      {others.map((grade) => (
        <span key={grade} className="fixed">
          {', '}
          {meter.counts[grade]} {t(`quality.${grade}`)}
        </span>
      ))}
    </>
  );
}
