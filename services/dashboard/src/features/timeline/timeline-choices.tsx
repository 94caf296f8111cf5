import type { CommunityView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import { RANGES, STEPS, STEP_OF_RANGE, type Step, type TimelineChoice } from './timeline-range.ts';

type Props = { community: CommunityView; choice: TimelineChoice; onChoose: (choice: TimelineChoice) => void };

export function TimelineChoices({ community, choice, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <span role="group" aria-label={t('timeline.range')} className="segments">
        {RANGES.map((range) => (
          <button
            key={range}
            type="button"
            className="button"
            aria-pressed={range === choice.range}
            onClick={() => onChoose({ ...choice, range, step: STEP_OF_RANGE[range] })}
          >
            {t(`timeline.ranges.${range}`)}
          </button>
        ))}
      </span>
      <label className="choice">
        <span className="visually-hidden">{t('timeline.step')}</span>
        <select value={choice.step} onChange={(event) => onChoose({ ...choice, step: event.target.value as Step })}>
          {STEPS.map((step) => (
            <option key={step} value={step}>
              {t(`timeline.steps.${step}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="choice">
        <span className="visually-hidden">{t('timeline.whose')}</span>
        <select
          value={choice.siteId ?? ''}
          onChange={(event) =>
            onChoose({ ...choice, siteId: event.target.value === '' ? undefined : event.target.value })
          }
        >
          <option value="">{t('timeline.all')}</option>
          {community.sites.map((site) => (
            <option key={site.siteId} value={site.siteId}>
              {site.name}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
