import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { CommunityView } from '@wattmesh/portal/views';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { communitiesQuery, nowQuery } from '../api/queries.ts';
import { useClockSync } from '../api/use-stream.ts';
import { Loaded } from '../components/states.tsx';
import { AlarmCard } from '../features/alarm/alarm-card.tsx';
import { BatchCard } from '../features/batch/batch-card.tsx';
import { BatteryCard } from '../features/battery/battery-card.tsx';
import { CommandCard } from '../features/command/command-card.tsx';
import { FlowCard } from '../features/flow/flow-card.tsx';
import { LimitCard } from '../features/limit/limit-card.tsx';
import { MarketCard } from '../features/market/market-card.tsx';
import { QualityCard } from '../features/quality/quality-card.tsx';
import { ServiceCard } from '../features/service/service-card.tsx';
import { TimelineCard } from '../features/timeline/timeline-card.tsx';
import { STEP_OF_RANGE, type TimelineChoice } from '../features/timeline/timeline-range.ts';
import { useFormat } from '../format/use-format.ts';
import './operator-page.css';

const route = getRouteApi('/');

/** What the operator of the first community sees. */
export function OperatorPage() {
  const { t } = useTranslation();
  const communities = useQuery(communitiesQuery);
  return (
    <div className="page">
      <Loaded
        query={communities}
        lines={6}
        isEmpty={(data) => data.length === 0}
        empty={
          <>
            <strong>{t('frame.noCommunity')}</strong> {t('frame.noCommunityHint')}
          </>
        }
      >
        {([community]) => (community === undefined ? null : <Community community={community} />)}
      </Loaded>
    </div>
  );
}

function Community({ community }: { community: CommunityView }) {
  const { t } = useTranslation();
  const format = useFormat(community.timeZone, community.currency);
  const now = useQuery(nowQuery(community.communityId));
  useClockSync(now.data?.asOf, community.speed);
  const batteryIds = useMemo(() => new Set(now.data?.batteries.map((battery) => battery.deviceId)), [now.data]);
  const [choice, choose] = useTimelineChoice();
  return (
    <>
      <div className="page-title">
        <h1>{t('operator.title', { name: community.name })}</h1>
        <p className="soft">{t('operator.subtitle', { sites: community.sites.length, zone: community.timeZone })}</p>
      </div>
      <AlarmCard community={community} format={format} />
      <div>
        <Loaded query={now} lines={10}>
          {(view) => (
            <div className="operator-now">
              <FlowCard community={community} now={view} format={format} />
              <BatteryCard community={community} batteries={view.batteries} format={format} />
            </div>
          )}
        </Loaded>
      </div>
      <TimelineCard community={community} format={format} choice={choice} onChoose={choose} />
      <div className="operator-pair">
        <CommandCard community={community} format={format} batteryIds={batteryIds} />
        <div className="operator-stack">
          <LimitCard community={community} now={now.data} format={format} />
          <ServiceCard community={community} format={format} />
        </div>
      </div>
      <div className="operator-pair">
        <MarketCard community={community} format={format} />
        <BatchCard community={community} format={format} />
      </div>
      <QualityCard community={community} format={format} />
    </>
  );
}

/** The timeline's choice lives in the address, so that a picture can be sent to someone. */
function useTimelineChoice(): [TimelineChoice, (choice: TimelineChoice) => void] {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const choice = useMemo<TimelineChoice>(() => {
    const range = search.range ?? 'day';
    return { range, step: search.step ?? STEP_OF_RANGE[range], siteId: search.site };
  }, [search]);
  const choose = useCallback(
    (next: TimelineChoice) =>
      void navigate({
        search: {
          ...(next.range === 'day' ? {} : { range: next.range }),
          ...(next.step === STEP_OF_RANGE[next.range] ? {} : { step: next.step }),
          ...(next.siteId === undefined ? {} : { site: next.siteId }),
        },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [choice, choose];
}
