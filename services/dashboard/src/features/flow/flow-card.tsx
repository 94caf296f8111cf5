import type { CommunityView, NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { ChartCard } from '../../components/chart-card.tsx';
import { DataAge } from '../../components/data-age.tsx';
import type { Format } from '../../format/use-format.ts';
import { balanceFlow } from './balance-flow.ts';
import { FlowBar } from './flow-bar.tsx';
import { OneLine } from './one-line.tsx';
import { useFlowSentence } from './use-flow-sentence.ts';
import { useSiteColumns } from './use-site-columns.tsx';
import './flow.css';

type Props = { community: CommunityView; now: NowView; format: Format };

/** Where power comes from and goes to at this moment, as a one-line diagram; behind it the table of sites. */
export function FlowCard({ community, now, format }: Props) {
  const { t } = useTranslation();
  const balance = balanceFlow(now);
  const sentence = useFlowSentence(now, format);
  const columns = useSiteColumns(now, format);
  return (
    <ChartCard
      title={t('flow.title')}
      hint={sentence}
      tools={<DataAge measuredAt={now.feeder.measuredAt} format={format} />}
      name={`${community.communityId}-sites`}
      columns={columns}
      rows={now.sites}
      rowKey={(site) => site.siteId}
      className="flow-card"
    >
      <OneLine now={now} format={format} label={sentence} />
      <FlowBar balance={balance} format={format} />
      {now.totals.missingSites === 0 ? null : (
        <p className="small flow-missing">⚠ {t('flow.missingSites', { count: now.totals.missingSites })}</p>
      )}
    </ChartCard>
  );
}
