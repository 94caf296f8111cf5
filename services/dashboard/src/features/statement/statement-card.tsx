import { useQuery } from '@tanstack/react-query';
import type { CommunityView, StatementLine, StatementView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { statementQuery, type StatementSpan } from '../../api/queries.ts';
import { Card } from '../../components/card.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { dayRange, minuteAt } from '../../format/local-day.ts';
import type { Format } from '../../format/use-format.ts';
import { StatementForm } from './statement-form.tsx';
import type { StatementSearch } from './statement-search.ts';
import { StatementTable } from './statement-table.tsx';
import { signedMoney } from './use-line-words.ts';
import './statement.css';

type Props = {
  memberId: string;
  community: CommunityView;
  /** Local day that stands where the address names none. */
  day: string;
  search: StatementSearch;
  onSearch: (search: StatementSearch) => void;
  wordsOf: (line: StatementLine) => string;
  format: Format;
};

/** A member's statement of a range of days, as it is known now or was known at an instant. */
export function StatementCard({ memberId, community, day, search, onSearch, wordsOf, format }: Props) {
  const { t } = useTranslation();
  const from = search.from ?? day;
  const to = search.to ?? from;
  const isRange = from <= to;
  const span = spanOf({ from, to, knownAt: search.knownAt }, community.timeZone);
  return (
    <Card
      title={t('statement.title')}
      hint={t('statement.hint')}
      tools={
        <a className="button" href={csvAddress(memberId, span)} download title={t('statement.csvHint')}>
          <span aria-hidden="true">↓</span> {t('statement.csv')}
        </a>
      }
    >
      <StatementForm
        from={from}
        to={to}
        knownAt={search.knownAt}
        timeZone={community.timeZone}
        onChange={(change) => onSearch({ from, to, ...search, ...change })}
      />
      {isRange ? (
        <Lines memberId={memberId} span={span} wordsOf={wordsOf} format={format} />
      ) : (
        <p className="empty" role="alert">
          {t('statement.badRange')}
        </p>
      )}
    </Card>
  );
}

function Lines({ memberId, span, ...shown }: Pick<Props, 'memberId' | 'wordsOf' | 'format'> & { span: StatementSpan }) {
  const { t } = useTranslation();
  const query = useQuery(statementQuery(memberId, span));
  return (
    <Loaded query={query} lines={5}>
      {(view) => (
        <>
          <p className="small soft" role="status">
            {t('statement.asKnown', { time: shown.format.dateTime(view.knownAt), count: view.lines.length })}
          </p>
          <Totals view={view} format={shown.format} />
          {view.lines.length === 0 ? (
            <Empty>{t('statement.none')}</Empty>
          ) : (
            <StatementTable lines={view.lines} {...shown} />
          )}
        </>
      )}
    </Loaded>
  );
}

function Totals({ view, format }: { view: StatementView; format: Format }) {
  const { t } = useTranslation();
  return (
    <dl className="totals">
      {(['trade', 'supply', 'receivable', 'total'] as const).map((name) =>
        name === 'receivable' && view.receivableMicro === 0 ? null : (
          <div key={name} className={name === 'total' ? 'totals-all' : undefined}>
            <dt>{t(`statement.${name}`)}</dt>
            <dd>{signedMoney(view[`${name}Micro`], format)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function spanOf(
  { from, to, knownAt }: { from: string; to: string; knownAt: string | undefined },
  timeZone: string,
): StatementSpan {
  return {
    from: new Date(dayRange(from, timeZone).fromMs).toISOString(),
    to: new Date(dayRange(to, timeZone).toMs).toISOString(),
    ...(knownAt === undefined ? {} : { knownAt: new Date(minuteAt(knownAt, timeZone)).toISOString() }),
  };
}

function csvAddress(memberId: string, span: StatementSpan): string {
  return `/api/v1/members/${encodeURIComponent(memberId)}/statement.csv?${new URLSearchParams({ ...span }).toString()}`;
}
