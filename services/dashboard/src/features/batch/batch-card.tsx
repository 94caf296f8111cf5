import { useQuery } from '@tanstack/react-query';
import type { BatchView, CommunityView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { batchesQuery } from '../../api/queries.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { useBatchColumns } from './use-batch-columns.tsx';

type Props = { community: CommunityView; format: Format };

const LIMIT = 60;
const NONE: BatchView[] = [];

/** What of the community's books is on the chain, newest first. */
export function BatchCard({ community, format }: Props) {
  const { t } = useTranslation();
  const batches = useQuery(batchesQuery(community.communityId, LIMIT));
  const columns = useBatchColumns(format);
  return (
    <Card
      title={t('batch.title')}
      hint={t('batch.hint', { chainId: community.chain.chainId })}
      tools={<CsvButton name={`${community.communityId}-batches`} columns={columns} rows={batches.data ?? NONE} />}
    >
      <Loaded query={batches} lines={8} isEmpty={(data) => data.length === 0} empty={t('batch.none')}>
        {(data) => (
          <DataTable
            caption={t('batch.title')}
            columns={columns}
            rows={data}
            rowKey={(batch) => `${batch.transactionHash}:${batch.kind}:${batch.intervalStart}:${batch.run ?? ''}`}
            first={10}
          />
        )}
      </Loaded>
    </Card>
  );
}
