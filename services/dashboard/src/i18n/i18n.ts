import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { chooseLanguage } from './choose-language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'wattmesh.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: { page: typeof en };
  }
}

export function startI18n(): i18n {
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    lng: chooseLanguage(localStorage.getItem(KEY), navigator.languages),
    fallbackLng: 'en',
    supportedLngs: LANGUAGES,
    defaultNS: 'page',
    ns: ['page'],
    resources: { en: { page: en }, de: { page: de } },
    interpolation: { escapeValue: false },
  });
  instance.on('languageChanged', (language: string) => {
    localStorage.setItem(KEY, language);
    document.documentElement.lang = language;
  });
  document.documentElement.lang = instance.resolvedLanguage ?? 'en';
  return instance;
}
