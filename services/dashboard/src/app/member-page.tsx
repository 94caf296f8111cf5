import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { CommunityView, MemberView } from '@wattmesh/portal/views';
import { memo, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { communitiesQuery, memberQuery } from '../api/queries.ts';
import { useNowMs } from '../api/use-stream.ts';
import { Empty, Loaded } from '../components/states.tsx';
import { localDay } from '../format/format-time.ts';
import { useFormat } from '../format/use-format.ts';
import { DayPicker } from '../features/member/day-picker.tsx';
import { MandateCard } from '../features/member/mandate-card.tsx';
import { MemberHead } from '../features/member/member-head.tsx';
import { StatementCard } from '../features/statement/statement-card.tsx';
import { useLineWords } from '../features/statement/use-line-words.ts';
import { MemberDay } from './member-day.tsx';
import type { MemberSearch } from './member-search.ts';

const route = getRouteApi('/members/$memberId');
const INTERVAL_MS = 900_000;

/** A member's page: who, what a day brought, each line and its proof, the signed terms, the statement. */
export function MemberPage() {
  const { t } = useTranslation();
  const { memberId } = route.useParams();
  const communities = useQuery(communitiesQuery);
  const member = useQuery(memberQuery(memberId));
  return (
    <div className="page member">
      <Loaded query={communities}>
        {(all) => {
          const community = all.find((each) => each.members.some((one) => one.memberId === memberId));
          if (community === undefined) return <Empty>{t('member.unknown')}</Empty>;
          return (
            <Loaded query={member}>{(view) => <InItsTime key={memberId} member={view} community={community} />}</Loaded>
          );
        }}
      </Loaded>
    </div>
  );
}

type Props = { member: MemberView; community: CommunityView };

/** The clock moves each second, the page below it only with the day and the interval. */
function InItsTime({ member, community }: Props) {
  const nowMs = useNowMs() ?? Date.parse(community.asOf);
  const today = localDay(nowMs, community.timeZone);
  const intervalMs = Math.floor(nowMs / INTERVAL_MS) * INTERVAL_MS;
  return <Content member={member} community={community} today={today} intervalMs={intervalMs} />;
}

const Content = memo(function Content({
  member,
  community,
  today,
  intervalMs,
}: Props & { today: string; intervalMs: number }) {
  const { day: asked, ...statement } = route.useSearch();
  const navigate = route.useNavigate();
  const format = useFormat(community.timeZone, community.currency);
  const wordsOf = useLineWords(community.members, member.role === 'supplier');
  const steer = useCallback(
    (change: { [K in keyof MemberSearch]?: string | undefined }) =>
      void navigate({ search: (old) => withoutEmpty({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  const day = asked === undefined || asked > today ? today : asked;
  const { memberId } = member;
  return (
    <>
      <MemberHead
        member={member}
        community={community}
        asOf={new Date(intervalMs).toISOString()}
        format={format}
        onChoose={(id) => void navigate({ to: '/members/$memberId', params: { memberId: id } })}
      />
      <DayPicker day={day} today={today} onChoose={(next) => steer({ day: next })} />
      <MemberDay
        member={member}
        community={community}
        day={day}
        isToday={day === today}
        format={format}
        wordsOf={wordsOf}
        aside={<MandateCard member={member} community={community} nowMs={intervalMs} format={format} />}
      />
      <StatementCard
        memberId={memberId}
        community={community}
        day={day}
        search={statement}
        onSearch={steer}
        wordsOf={wordsOf}
        format={format}
      />
    </>
  );
});

function withoutEmpty(search: Record<string, string | undefined>): MemberSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}
