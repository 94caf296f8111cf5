import { useQuery } from '@tanstack/react-query';
import type { ClearingView, CommunityView } from '@wattmesh/portal/views';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clearingsQuery } from '../../api/queries.ts';
import { useHeld } from '../../api/use-held.ts';
import { useNowMs } from '../../api/use-stream.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { TradesModal } from './trades-modal.tsx';
import { useClearingColumns } from './use-clearing-columns.tsx';
import './market.css';

type Props = { community: CommunityView; format: Format };

const HOUR_MS = 3_600_000;
const BACK_MS = 6 * HOUR_MS;
const NONE: ClearingView[] = [];

/** What neighbours traded in the last hours, and where its price lay between feed-in and retail. */
export function MarketCard({ community, format }: Props) {
  const { t } = useTranslation();
  const nowMs = useNowMs() ?? Date.parse(community.asOf);
  const hourMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
  const span = useMemo(
    () => ({ from: new Date(hourMs - BACK_MS).toISOString(), to: new Date(hourMs).toISOString() }),
    [hourMs],
  );
  const clearings = useHeld(useQuery(clearingsQuery(community.communityId, span)), community.communityId);
  const rows = useMemo(() => newestFirst(clearings.data ?? NONE), [clearings.data]);
  const [shown, setShown] = useState<ClearingView>();
  const columns = useClearingColumns(format, setShown);
  return (
    <Card
      title={t('market.title')}
      hint={t('market.hint')}
      tools={<CsvButton name={`${community.communityId}-clearings`} columns={columns} rows={rows} />}
    >
      <Loaded query={clearings} lines={8} isEmpty={() => rows.length === 0} empty={t('market.none')}>
        {() => (
          <DataTable
            caption={t('market.title')}
            columns={columns}
            rows={rows}
            rowKey={(clearing) => clearing.intervalStart}
            first={10}
          />
        )}
      </Loaded>
      {shown === undefined ? null : (
        <TradesModal community={community} clearing={shown} format={format} onClose={() => setShown(undefined)} />
      )}
    </Card>
  );
}

function newestFirst(clearings: readonly ClearingView[]): ClearingView[] {
  return clearings.toSorted((a, b) => (a.intervalStart < b.intervalStart ? 1 : -1));
}
