import { useTranslation } from 'react-i18next';
import { useNowMs, useStreamView } from '../api/use-stream.ts';
import type { Format } from '../format/use-format.ts';
import { isOld } from './is-old.ts';
import './marks.css';

type Props = { measuredAt: string | undefined; format: Format };

/** How old a value is, in the community's time; marked with a sign and a word once it is too old to act on. */
export function DataAge({ measuredAt, format }: Props) {
  const { t } = useTranslation();
  const nowMs = useNowMs();
  const { speed } = useStreamView();
  if (measuredAt === undefined) return <span className="stamp stamp-old">⚠ {t('state.noData')}</span>;
  const ageS = nowMs === undefined ? 0 : Math.max(0, (nowMs - Date.parse(measuredAt)) / 1000);
  const old = isOld(ageS, speed ?? 1);
  return (
    <time className={old ? 'stamp stamp-old' : 'stamp'} dateTime={measuredAt} title={format.dateTime(measuredAt)}>
      {old ? '⚠ ' : ''}
      {t('state.age', { age: format.span(ageS) })}
    </time>
  );
}
