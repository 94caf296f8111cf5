import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { THEMES, chooseTheme, readTheme, watchTheme, type Theme } from '../theme/theme.ts';

const KEY = { system: 'frame.themeSystem', light: 'frame.themeLight', dark: 'frame.themeDark' } as const;

export function ThemeSwitch() {
  const { t } = useTranslation();
  const theme = useSyncExternalStore(watchTheme, readTheme);
  return (
    <label className="choice">
      <span className="visually-hidden">{t('frame.theme')}</span>
      <select value={theme} onChange={(event) => chooseTheme(event.target.value as Theme)}>
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(KEY[one])}
          </option>
        ))}
      </select>
    </label>
  );
}
