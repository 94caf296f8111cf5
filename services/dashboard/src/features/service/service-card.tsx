import { useQuery } from '@tanstack/react-query';
import type { CommunityView, ServiceView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { servicesQuery } from '../../api/queries.ts';
import { useStreamView } from '../../api/use-stream.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { judgeService } from './judge-service.ts';

type Props = { community: CommunityView; format: Format };

const NONE: ServiceView[] = [];

/** Whether each service does its work, and how far behind it is. */
export function ServiceCard({ community, format }: Props) {
  const { t } = useTranslation();
  const services = useQuery(servicesQuery(community.communityId));
  const columns = useColumns(format, useStreamView().speed ?? community.speed);
  return (
    <Card
      title={t('service.title')}
      hint={t('service.hint')}
      tools={<CsvButton name="services" columns={columns} rows={services.data ?? NONE} />}
    >
      <Loaded query={services} isEmpty={(data) => data.length === 0}>
        {(data) => (
          <DataTable caption={t('service.title')} columns={columns} rows={data} rowKey={(service) => service.name} />
        )}
      </Loaded>
    </Card>
  );
}

function useColumns(format: Format, speed: number): Column<ServiceView>[] {
  const { t } = useTranslation();
  return [
    { key: 'name', header: t('service.name'), cell: (row) => row.name, csv: (row) => row.name },
    {
      key: 'state',
      header: t('service.state'),
      cell: (row) => {
        const verdict = judgeService(row, speed);
        return (
          <>
            <StatusMark status={verdict === 'away' ? 'offline' : verdict === 'ready' ? 'online' : 'degraded'} />
            {verdict === 'ready' ? '' : ` ${t(`service.verdict.${verdict}`)}`}
          </>
        );
      },
      csv: (row) => judgeService(row, speed),
    },
    {
      key: 'lag',
      header: t('service.lag'),
      isNumber: true,
      cell: (row) => (row.lagP99Ms === undefined ? '–' : format.span(row.lagP99Ms / 1000)),
      csv: (row) => row.lagP99Ms,
    },
    {
      key: 'outbox',
      header: t('service.outbox'),
      isNumber: true,
      cell: (row) => (row.outboxOldestAgeS === undefined ? '–' : format.span(row.outboxOldestAgeS)),
      csv: (row) => row.outboxOldestAgeS,
    },
  ];
}
