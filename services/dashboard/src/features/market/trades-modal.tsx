import { useQuery } from '@tanstack/react-query';
import type { ClearingView, CommunityView, TradeView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { tradesQuery } from '../../api/queries.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { Modal } from '../../components/modal.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';

type Props = { community: CommunityView; clearing: ClearingView; format: Format; onClose: () => void };

const NONE: TradeView[] = [];

export function TradesModal({ community, clearing, format, onClose }: Props) {
  const { t } = useTranslation();
  const trades = useQuery(tradesQuery(community.communityId, clearing.intervalStart));
  const columns = useTradeColumns(community, format);
  return (
    <Modal
      title={t('market.tradesOf', {
        time: `${format.dateTime(clearing.intervalStart)} ${format.zone(clearing.intervalStart)}`,
      })}
      closeText={t('market.close')}
      isOpen
      onClose={onClose}
    >
      <Loaded query={trades} isEmpty={(data) => data.length === 0}>
        {(data) => (
          <DataTable
            caption={t('market.trades')}
            columns={columns}
            rows={data}
            rowKey={(trade) => `${trade.sellerMemberId}>${trade.buyerMemberId}`}
            first={50}
          />
        )}
      </Loaded>
      <CsvButton
        name={`${community.communityId}-trades-${clearing.intervalStart}`}
        columns={columns}
        rows={trades.data ?? NONE}
      />
    </Modal>
  );
}

function useTradeColumns(community: CommunityView, format: Format): Column<TradeView>[] {
  const { t } = useTranslation();
  const name = (memberId: string) => community.members.find((member) => member.memberId === memberId)?.name ?? memberId;
  return [
    {
      key: 'seller',
      header: t('market.seller'),
      cell: (row) => name(row.sellerMemberId),
      csv: (row) => row.sellerMemberId,
    },
    {
      key: 'buyer',
      header: t('market.buyer'),
      cell: (row) => name(row.buyerMemberId),
      csv: (row) => row.buyerMemberId,
    },
    {
      key: 'energy',
      header: `${t('market.energy')} (Wh)`,
      isNumber: true,
      cell: (row) => format.number(row.energyWh),
      csv: (row) => row.energyWh,
    },
    {
      key: 'price',
      header: `${t('market.price')} (${format.currency}/kWh)`,
      isNumber: true,
      cell: (row) => format.number(row.priceMicroPerKwh / 1e6, 4),
      csv: (row) => row.priceMicroPerKwh / 1e6,
    },
    {
      key: 'amount',
      header: `${t('market.amount')} (${format.currency})`,
      isNumber: true,
      cell: (row) => format.number(row.amountMicro / 1e6, 6),
      csv: (row) => row.amountMicro / 1e6,
    },
  ];
}
