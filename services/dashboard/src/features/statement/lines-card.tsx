import type { UseQueryResult } from '@tanstack/react-query';
import type { StatementLine, StatementView } from '@wattmesh/portal/views';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { groupByInterval } from './group-lines.ts';
import { IntervalGroup, type Measurement } from './interval-group.tsx';
import { signedMoney } from './use-line-words.ts';
import './statement.css';

type Props = {
  query: UseQueryResult<StatementView>;
  measurement: Measurement;
  wordsOf: (line: StatementLine) => string;
  format: Format;
  onVerify: (line: StatementLine) => void;
};

const FIRST = 6;

/** The lines of a day by interval, the newest first. */
export function LinesCard({ query, ...shown }: Props) {
  const { t } = useTranslation();
  return (
    <Card title={t('statement.lines.title')} hint={t('statement.lines.hint')}>
      <Loaded query={query} lines={6} isEmpty={(view) => view.lines.length === 0} empty={t('statement.lines.none')}>
        {(view) => <Groups view={view} {...shown} />}
      </Loaded>
      <RunsExplained />
    </Card>
  );
}

function Groups({ view, ...shown }: Omit<Props, 'query'> & { view: StatementView }) {
  const { t } = useTranslation();
  const [isAll, setAll] = useState(false);
  const groups = useMemo(() => groupByInterval(view.lines), [view.lines]);
  // What comes later arrives closed: nothing that is being read moves far.
  const [first] = useState(groups[0]?.intervalStart);
  const visible = isAll ? groups : groups.slice(0, FIRST);
  return (
    <>
      <div className="intervals">
        {visible.map((group) => (
          <IntervalGroup key={group.intervalStart} group={group} isOpen={group.intervalStart === first} {...shown} />
        ))}
      </div>
      {groups.length > visible.length ? (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {t('statement.lines.more', { count: groups.length - visible.length })}
        </button>
      ) : null}
      <p className="lines-sum">
        <span>{t('statement.lines.sum')}</span>
        <strong className="line-amount">{signedMoney(view.totalMicro, shown.format)}</strong>
      </p>
    </>
  );
}

function RunsExplained() {
  const { t } = useTranslation();
  return (
    <details className="small runs-explained">
      <summary>{t('statement.lines.runsTitle')}</summary>
      <ul>
        {(['preliminary', 'final', 'correction'] as const).map((run) => (
          <li key={run}>{t(`statement.lines.runs.${run}`)}</li>
        ))}
      </ul>
    </details>
  );
}
