import type { TimelineView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';

/** Whose forecast and plan is seen, of when, and how good it was on days it had not seen. */
export function ModelBadge({ view, format }: { view: TimelineView; format: Format }) {
  const { t } = useTranslation();
  const { forecast, plan } = view;
  return (
    <dl className="model small">
      <div>
        <dt>{t('timeline.forecast')}</dt>
        <dd>
          {forecast === undefined ? (
            t('timeline.noForecast')
          ) : (
            <>
              {t('timeline.forecastIssued', { model: forecast.model, time: format.dateTime(forecast.issuedAt) })}
              {forecast.isBaseline ? <strong className="model-baseline"> ◇ {t('timeline.baseline')}</strong> : null}
              {forecast.mase === undefined ? '' : ` · ${t('timeline.mase', { mase: format.number(forecast.mase, 2) })}`}
              {forecast.coverage80Pct === undefined
                ? ''
                : ` · ${t('timeline.coverage', { coverage: format.percent(forecast.coverage80Pct, 0) })}`}
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('timeline.plan')}</dt>
        <dd>
          {plan === undefined
            ? t('timeline.noPlan')
            : t('timeline.planIssued', {
                time: format.dateTime(plan.issuedAt),
                cost: format.money(plan.costMicro),
                count: plan.sites,
              })}
          {plan === undefined || plan.binding.length === 0 ? null : (
            <details className="model-binding">
              <summary>{t('timeline.binding', { count: plan.binding.length })}</summary>
              <ul lang="en">
                {plan.binding.slice(0, 40).map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            </details>
          )}
        </dd>
      </div>
    </dl>
  );
}
