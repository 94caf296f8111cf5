/** The language kept from the last visit, else the first of the device's that there is, else English. */
export function chooseLanguage(kept: string | null, wanted: readonly string[]): 'en' | 'de' {
  for (const tag of [kept ?? '', ...wanted]) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === 'en' || language === 'de') return language;
  }
  return 'en';
}
