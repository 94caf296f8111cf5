import { useQuery } from '@tanstack/react-query';
import type { CommunityView, MemberView, StatementLine, StatementView } from '@wattmesh/portal/views';
import { useMemo, useState, type ReactNode } from 'react';
import { qualityQuery, statementQuery, timelineQuery } from '../api/queries.ts';
import { dayRange } from '../format/local-day.ts';
import type { Format } from '../format/use-format.ts';
import { DayCard } from '../features/member/day-card.tsx';
import { EarningsCard } from '../features/member/earnings-card.tsx';
import { LiveNews } from '../features/member/live-news.tsx';
import { LinesCard } from '../features/statement/lines-card.tsx';
import { soldByInterval, sumByMatter } from '../features/statement/sum-lines.ts';
import { intervalText, signedMoney } from '../features/statement/use-line-words.ts';
import { LineProof } from './line-proof.tsx';
import { newestInterval } from './newest-interval.ts';
import '../features/member/member.css';

type Props = {
  member: MemberView;
  community: CommunityView;
  day: string;
  isToday: boolean;
  format: Format;
  wordsOf: (line: StatementLine) => string;
  /** What stands below the day's chart. */
  aside: ReactNode;
};

const NO_LINES: StatementView['lines'] = [];

/** One local day of a member: earnings, chart, lines with their proofs. */
export function MemberDay({ member, community, day, isToday, format, wordsOf, aside }: Props) {
  const [opened, setOpened] = useState<StatementLine>();
  const { statement, timeline, measurement } = useDay({ member, community, day });
  const lines = statement.data?.lines ?? NO_LINES;
  const sums = useMemo(() => (lines.length === 0 ? undefined : sumByMatter(lines)), [lines]);
  const soldAt = useMemo(() => soldByInterval(lines), [lines]);
  const newest = useMemo(() => newestInterval(lines), [lines]);
  return (
    <>
      {isToday ? (
        <LiveNews
          newest={
            newest === undefined
              ? undefined
              : {
                  intervalStart: newest.intervalStart,
                  time: intervalText(newest.intervalStart, format),
                  amount: signedMoney(newest.amountMicro, format),
                }
          }
        />
      ) : null}
      <div className="member-columns">
        <div className="member-span">
          <EarningsCard member={member} day={day} sums={sums} format={format} />
          {member.siteIds.length === 0 ? null : <DayCard query={timeline} soldAt={soldAt} day={day} format={format} />}
        </div>
        <LinesCard query={statement} measurement={measurement} wordsOf={wordsOf} format={format} onVerify={setOpened} />
        <div className="member-terms">{aside}</div>
      </div>
      <LineProof
        member={member}
        community={community}
        line={opened}
        lines={lines}
        format={format}
        wordsOf={wordsOf}
        onClose={() => setOpened(undefined)}
      />
    </>
  );
}

/** The day's lines and meterings; another day or member never shows in their place while they load. */
function useDay({ member, community, day }: Pick<Props, 'member' | 'community' | 'day'>) {
  const { fromMs, toMs } = dayRange(day, community.timeZone);
  const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const siteId = member.siteIds[0];
  const statement = useQuery({ ...statementQuery(member.memberId, span), placeholderData: (): undefined => undefined });
  const timeline = useQuery({
    ...timelineQuery(community.communityId, { ...span, step: 'interval', ...(siteId === undefined ? {} : { siteId }) }),
    placeholderData: (): undefined => undefined,
    enabled: siteId !== undefined,
  });
  const meters = useQuery(qualityQuery(community.communityId));
  const points = timeline.data?.points;
  const measurement = useMemo(
    () => ({
      meter: meters.data?.find((meter) => meter.role === 'revenue' && meter.siteId === siteId),
      qualityAt: new Map((points ?? []).flatMap((point) => withQuality(point))),
    }),
    [meters.data, points, siteId],
  );
  return { statement, timeline, measurement };
}

function withQuality<Q>({ start, quality }: { start: string; quality?: Q }): [number, NonNullable<Q>][] {
  return quality === undefined || quality === null ? [] : [[Date.parse(start), quality]];
}
