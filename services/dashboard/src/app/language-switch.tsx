import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../i18n/i18n.ts';

const NAME = { en: 'English', de: 'Deutsch' } as const;

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <label className="choice">
      <span className="visually-hidden">{t('frame.language')}</span>
      <select value={i18n.resolvedLanguage} onChange={(event) => void i18n.changeLanguage(event.target.value)}>
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {NAME[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
