import { useTranslation } from 'react-i18next';
import { addDays } from '../../format/local-day.ts';

type Props = { day: string; today: string; onChoose: (day: string | undefined) => void };

/** The local day shown; today follows the clock. */
export function DayPicker({ day, today, onChoose }: Props) {
  const { t } = useTranslation();
  const choose = (next: string): void => onChoose(next >= today ? undefined : next);
  return (
    <div className="day-picker">
      <button
        type="button"
        className="button"
        aria-label={t('member.dayBefore')}
        onClick={() => choose(addDays(day, -1))}
      >
        <span aria-hidden="true">‹</span>
      </button>
      <label>
        <span className="visually-hidden">{t('member.dayShown')}</span>
        <input
          type="date"
          value={day}
          max={today}
          required
          onChange={(event) => (event.target.value === '' ? undefined : choose(event.target.value))}
        />
      </label>
      <button
        type="button"
        className="button"
        aria-label={t('member.dayAfter')}
        disabled={day >= today}
        onClick={() => choose(addDays(day, 1))}
      >
        <span aria-hidden="true">›</span>
      </button>
      <button type="button" className="button" aria-pressed={day === today} onClick={() => onChoose(undefined)}>
        {t('member.today')}
      </button>
    </div>
  );
}
