import { useQuery } from '@tanstack/react-query';
import type { CommunityView, TimelineView } from '@wattmesh/portal/views';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { timelineQuery } from '../../api/queries.ts';
import { useHeld } from '../../api/use-held.ts';
import { useNowMs } from '../../api/use-stream.ts';
import { ChartCard } from '../../components/chart-card.tsx';
import { Loading, Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { ModelBadge } from './model-badge.tsx';
import { TimelineChoices } from './timeline-choices.tsx';
import { TimelinePanels } from './timeline-panels.tsx';
import { spanOf, type TimelineChoice } from './timeline-range.ts';
import { useTimelineColumns } from './use-timeline-columns.tsx';
import './timeline.css';

type Props = {
  community: CommunityView;
  format: Format;
  choice: TimelineChoice;
  onChoose: (choice: TimelineChoice) => void;
};

const INTERVAL_MS = 900_000;
const NO_POINTS: TimelineView['points'] = [];

/** Past and plan in one picture: left of now what was metered, right of now what is expected and planned. */
export function TimelineCard({ community, format, choice, onChoose }: Props) {
  const { t } = useTranslation();
  const nowMs = useNowMs() ?? Date.parse(community.asOf);
  const intervalMs = Math.floor(nowMs / INTERVAL_MS) * INTERVAL_MS;
  const span = useMemo(() => spanOf(choice, intervalMs), [choice, intervalMs]);
  const query = useQuery(
    timelineQuery(community.communityId, {
      ...span,
      step: choice.step,
      ...(choice.siteId === undefined ? {} : { siteId: choice.siteId }),
    }),
  );
  const timeline = useHeld(query, JSON.stringify(choice));
  const columns = useTimelineColumns(format);
  return (
    <ChartCard
      title={t('timeline.title')}
      hint={t('timeline.hint')}
      tools={<TimelineChoices community={community} choice={choice} onChoose={onChoose} />}
      name={`${choice.siteId ?? community.communityId}-timeline-${choice.step}`}
      columns={columns}
      rows={timeline.data?.points ?? NO_POINTS}
      rowKey={(point) => point.start}
    >
      {timeline.data === undefined && timeline.error === null ? (
        <div className="timeline-wait">
          <Loading lines={9} />
        </div>
      ) : (
        <Loaded query={timeline}>
          {(view) => (
            <>
              <TimelinePanels view={view} format={format} nowMs={intervalMs} />
              <ModelBadge view={view} format={format} />
            </>
          )}
        </Loaded>
      )}
    </ChartCard>
  );
}
