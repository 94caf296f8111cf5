import { useQuery } from '@tanstack/react-query';
import type { AlarmView, CommunityView } from '@wattmesh/portal/views';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { alarmsQuery } from '../../api/queries.ts';
import { siteName } from '../../api/site-name.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { Loaded } from '../../components/states.tsx';
import type { CsvColumn } from '../../components/to-csv.ts';
import type { Format } from '../../format/use-format.ts';
import { orderAlarms } from './order-alarms.ts';
import './alarm.css';

type Props = { community: CommunityView; format: Format };

const NONE: AlarmView[] = [];
const CLEARED = 10;

/** What asks for an operator's act, the most urgent first; what passed stays readable below. */
export function AlarmCard({ community, format }: Props) {
  const { t } = useTranslation();
  const alarms = useQuery(alarmsQuery(community.communityId));
  const ordered = useMemo(() => orderAlarms(alarms.data ?? NONE), [alarms.data]);
  const active = ordered.filter((alarm) => alarm.isActive);
  const cleared = ordered.filter((alarm) => !alarm.isActive);
  return (
    <Card
      title={active.length === 0 ? t('alarm.title') : t('alarm.titleActive', { count: active.length })}
      tools={<CsvButton name={`${community.communityId}-alarms`} columns={useCsvColumns()} rows={ordered} />}
      className={active.length === 0 ? 'alarms-quiet' : 'alarms-active'}
    >
      <Loaded query={alarms} lines={1}>
        {() => (
          <>
            {active.length === 0 ? (
              <p className="soft">
                <span aria-hidden="true">✓</span> {t('alarm.none')}
              </p>
            ) : (
              <ul className="alarm-list" aria-live="polite" tabIndex={0} aria-label={t('alarm.title')}>
                {active.map((alarm) => (
                  <AlarmItem key={alarm.alarmId} alarm={alarm} community={community} format={format} />
                ))}
              </ul>
            )}
            {cleared.length === 0 ? null : (
              <details className="alarm-cleared">
                <summary>{t('alarm.cleared', { count: cleared.length })}</summary>
                <ul className="alarm-list" tabIndex={0} aria-label={t('alarm.title')}>
                  {cleared.slice(0, CLEARED).map((alarm) => (
                    <AlarmItem key={alarm.alarmId} alarm={alarm} community={community} format={format} />
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

const SIGN = { high: '▲', medium: '◆', low: '●' } as const;

function AlarmItem({ alarm, community, format }: Props & { alarm: AlarmView }) {
  const { t } = useTranslation();
  return (
    <li className={`alarm alarm-${alarm.isActive ? alarm.priority : 'past'}`}>
      <p className="alarm-head">
        <span className="alarm-priority">
          <span aria-hidden="true">{SIGN[alarm.priority]}</span> {t(`alarm.priority.${alarm.priority}`)}
        </span>
        <strong>
          {t(`alarm.kind.${alarm.kind}.title`)}:{' '}
          {alarm.siteId === undefined ? '' : `${siteName(community, alarm.siteId)}, `}
          <span className="mono">{alarm.objectId}</span>
        </strong>
        <span className="soft small">
          {t('alarm.since', { time: format.dateTime(alarm.raisedAt) })}
          {alarm.clearedAt === undefined
            ? ''
            : ` · ${t('alarm.clearedAt', { time: format.dateTime(alarm.clearedAt) })}`}
        </span>
      </p>
      <dl className="alarm-words small">
        <div>
          <dt>{t('alarm.cause')}</dt>
          <dd lang="en">{alarm.cause}</dd>
        </div>
        <div>
          <dt>{t('alarm.consequence')}</dt>
          <dd>{t(`alarm.kind.${alarm.kind}.consequence`)}</dd>
        </div>
        <div>
          <dt>{t('alarm.action')}</dt>
          <dd>{t(`alarm.kind.${alarm.kind}.action`)}</dd>
        </div>
      </dl>
    </li>
  );
}

function useCsvColumns(): CsvColumn<AlarmView>[] {
  const { t } = useTranslation();
  return [
    { header: t('alarm.priorityHead'), csv: (alarm) => alarm.priority },
    { header: t('alarm.kindHead'), csv: (alarm) => alarm.kind },
    { header: t('alarm.object'), csv: (alarm) => alarm.objectId },
    { header: t('alarm.raised'), csv: (alarm) => alarm.raisedAt },
    { header: t('alarm.clearedHead'), csv: (alarm) => alarm.clearedAt },
    { header: t('alarm.cause'), csv: (alarm) => alarm.cause },
    { header: t('alarm.consequence'), csv: (alarm) => alarm.consequence },
    { header: t('alarm.action'), csv: (alarm) => alarm.action },
  ];
}
