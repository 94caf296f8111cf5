import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatementSearch } from './statement-search.ts';

type Props = {
  from: string;
  to: string;
  knownAt: string | undefined;
  timeZone: string;
  onChange: (change: StatementSearch) => void;
};

export function StatementForm({ from, to, knownAt, timeZone, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="statement-form">
      <DayField label={t('statement.from')} value={from} onChange={(day) => onChange({ from: day })} />
      <DayField label={t('statement.to')} value={to} onChange={(day) => onChange({ to: day })} />
      <label className="field">
        <span>{t('statement.knownAt')}</span>
        <input
          type="datetime-local"
          value={knownAt ?? ''}
          aria-describedby={id}
          onChange={(event) => onChange({ knownAt: event.target.value })}
        />
      </label>
      <p id={id} className="small soft statement-form-hint">
        {t('statement.knownAtHint', { timeZone })}
      </p>
    </div>
  );
}

function DayField({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="date"
        value={value}
        required
        onChange={(event) => (event.target.value === '' ? undefined : onChange(event.target.value))}
      />
    </label>
  );
}
