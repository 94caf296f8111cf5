import { useQuery } from '@tanstack/react-query';
import type { CommunityView, LimitView, NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { limitsQuery } from '../../api/queries.ts';
import { siteName } from '../../api/site-name.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import './limit.css';

type Props = { community: CommunityView; now: NowView | undefined; format: Format };
const NONE: LimitView[] = [];

/** Every limit in force, who set it and how much of it is in use. */
export function LimitCard({ community, now, format }: Props) {
  const { t } = useTranslation();
  const limits = useQuery(limitsQuery(community.communityId));
  const columns = useColumns({ community, now, format });
  return (
    <Card
      title={t('limit.title')}
      hint={t('limit.hint')}
      tools={<CsvButton name={`${community.communityId}-limits`} columns={columns} rows={limits.data ?? NONE} />}
    >
      <Loaded query={limits} isEmpty={(data) => data.length === 0}>
        {(data) => (
          <DataTable
            caption={t('limit.title')}
            columns={columns}
            rows={data}
            rowKey={(limit) => `${limit.scope}:${limit.id}:${limit.source}`}
            first={8}
          />
        )}
      </Loaded>
    </Card>
  );
}

function useColumns({ community, now, format }: Props): Column<LimitView>[] {
  const { t } = useTranslation();
  const powerOf = (limit: LimitView) =>
    limit.scope === 'feeder' ? now?.feeder.powerW : now?.sites.find((site) => site.siteId === limit.id)?.powerW;
  const watts = (key: 'importLimitW' | 'exportLimitW'): Column<LimitView> => ({
    key,
    header: `${t(`limit.${key}`)} (kW)`,
    isNumber: true,
    cell: (limit) => format.number(limit[key] / 1000, 1),
    csv: (limit) => limit[key] / 1000,
  });
  return [
    {
      key: 'scope',
      header: t('limit.scope'),
      cell: (limit) =>
        limit.scope === 'feeder' ? <strong>{t('limit.feeder')}</strong> : siteName(community, limit.id),
      csv: (limit) => limit.id,
    },
    watts('importLimitW'),
    watts('exportLimitW'),
    {
      key: 'used',
      header: t('limit.used'),
      cell: (limit) => <Used powerW={powerOf(limit)} limit={limit} format={format} />,
      csv: (limit) => usedPct(powerOf(limit), limit),
    },
    {
      key: 'source',
      header: t('limit.source'),
      cell: (limit) => <Source source={limit.source} />,
      csv: (limit) => limit.source,
    },
    {
      key: 'since',
      header: t('limit.since'),
      cell: (limit) => <time dateTime={limit.since}>{format.dateTime(limit.since)}</time>,
      csv: (limit) => limit.since,
    },
  ];
}

function usedPct(powerW: number | undefined, limit: LimitView): number | undefined {
  if (powerW === undefined) return undefined;
  return (Math.abs(powerW) / (powerW >= 0 ? limit.importLimitW : limit.exportLimitW)) * 100;
}

const NEAR_PCT = 90;
const OVER_PCT = 100;

function Used({ powerW, limit, format }: { powerW: number | undefined; limit: LimitView; format: Format }) {
  const { t } = useTranslation();
  const share = usedPct(powerW, limit);
  if (share === undefined) return '–';
  const state = share > OVER_PCT ? 'over' : share >= NEAR_PCT ? 'near' : 'normal';
  return (
    <span className={`used used-${state}`}>
      <span className="used-track" aria-hidden="true">
        <span style={{ width: `${Math.min(100, share)}%` }} />
      </span>{' '}
      {format.percent(share)}
      {state === 'normal' ? '' : ` ▲ ${t(`limit.${state}`)}`}
    </span>
  );
}

/** Who set a limit, in words where the portal's name for it is known. */
function Source({ source }: { source: string }) {
  const { t } = useTranslation();
  if (source === 'feeder rating') return t('limit.sources.rating');
  return source === 'static share' ? t('limit.sources.share') : source;
}
