import type { NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { DataAge } from '../../components/data-age.tsx';
import type { Column } from '../../components/data-table.tsx';
import { QualityMark } from '../../components/quality-mark.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import type { Format } from '../../format/use-format.ts';

type Site = NowView['sites'][number];
const POWERS = ['powerW', 'loadW', 'generationW', 'storageW', 'chargingW'] as const;

/** Columns of the sites' table; all powers of the table share one unit. */
export function useSiteColumns(now: NowView, format: Format): Column<Site>[] {
  const { t } = useTranslation();
  const { unit } = format.power(now.sites.flatMap((site) => POWERS.map((name) => site[name])));
  const scale = unit === 'kW' ? 1000 : 1;
  const power = (name: (typeof POWERS)[number]): Column<Site> => ({
    key: name,
    header: `${t(`flow.${name}`)} (${unit})`,
    isNumber: true,
    cell: (site) => format.number(site[name] === undefined ? undefined : site[name] / scale, unit === 'kW' ? 2 : 0),
    csv: (site) => (site[name] === undefined ? undefined : site[name] / scale),
  });
  return [
    { key: 'name', header: t('flow.site'), cell: (site) => site.name, csv: (site) => site.name },
    {
      key: 'status',
      header: t('flow.status'),
      cell: (site) => <StatusMark status={site.status} />,
      csv: (site) => site.status,
    },
    ...POWERS.map(power),
    {
      key: 'quality',
      header: t('flow.quality'),
      cell: (site) => <QualityMark quality={site.quality} />,
      csv: (site) => site.quality,
    },
    {
      key: 'measuredAt',
      header: t('flow.age'),
      cell: (site) => <DataAge measuredAt={site.measuredAt} format={format} />,
      csv: (site) => site.measuredAt,
    },
  ];
}
