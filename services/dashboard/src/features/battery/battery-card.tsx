import type { CommunityView, NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { siteName } from '../../api/site-name.ts';
import { ChartCard } from '../../components/chart-card.tsx';
import type { Column } from '../../components/data-table.tsx';
import { QualityMark } from '../../components/quality-mark.tsx';
import { Empty } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { BatteryRow } from './battery-row.tsx';
import { batteryState } from './battery-words.ts';
import './battery.css';

type Battery = NowView['batteries'][number];
type Props = { community: CommunityView; batteries: Battery[]; format: Format };

/** Each battery's charge against its reserve, and its power against its limits and set-point. */
export function BatteryCard({ community, batteries, format }: Props) {
  const { t } = useTranslation();
  const { unit } = format.power(batteries.flatMap((battery) => [battery.powerW, battery.setpointW]));
  const columns = useBatteryColumns(community, format);
  return (
    <ChartCard
      title={t('battery.title')}
      hint={t('battery.hint')}
      name={`${community.communityId}-batteries`}
      columns={columns}
      rows={batteries}
      rowKey={(battery) => battery.deviceId}
    >
      {batteries.length === 0 ? (
        <Empty>{t('battery.none')}</Empty>
      ) : (
        <ul className="battery-list" tabIndex={0} aria-label={t('battery.title')}>
          {batteries.map((battery) => (
            <BatteryRow
              key={battery.deviceId}
              battery={battery}
              name={siteName(community, battery.siteId)}
              unit={unit}
              format={format}
            />
          ))}
        </ul>
      )}
    </ChartCard>
  );
}

function useBatteryColumns(community: CommunityView, format: Format): Column<Battery>[] {
  const { t } = useTranslation();
  const power = (key: 'powerW' | 'setpointW' | 'maxChargeW' | 'maxDischargeW'): Column<Battery> => ({
    key,
    header: `${t(`battery.${key}`)} (W)`,
    isNumber: true,
    cell: (battery) => format.number(battery[key]),
    csv: (battery) => battery[key],
  });
  const percent = (key: 'socPct' | 'reservePct'): Column<Battery> => ({
    key,
    header: `${t(`battery.${key}`)} (%)`,
    isNumber: true,
    cell: (battery) => format.number(battery[key], 1),
    csv: (battery) => battery[key],
  });
  return [
    {
      key: 'site',
      header: t('battery.site'),
      cell: (battery) => siteName(community, battery.siteId),
      csv: (battery) => siteName(community, battery.siteId),
    },
    { key: 'deviceId', header: t('battery.device'), cell: (row) => row.deviceId, csv: (row) => row.deviceId },
    {
      key: 'state',
      header: t('battery.state'),
      cell: (battery) => t(`battery.${batteryState(battery.powerW)}`),
      csv: (battery) => batteryState(battery.powerW),
    },
    ...(['powerW', 'setpointW'] as const).map(power),
    ...(['socPct', 'reservePct'] as const).map(percent),
    ...(['maxChargeW', 'maxDischargeW'] as const).map(power),
    {
      key: 'quality',
      header: t('battery.quality'),
      cell: (battery) => <QualityMark quality={battery.quality} />,
      csv: (battery) => battery.quality,
    },
    {
      key: 'measuredAt',
      header: t('battery.measuredAt'),
      cell: (battery) => format.second(battery.measuredAt),
      csv: (battery) => battery.measuredAt,
    },
  ];
}
