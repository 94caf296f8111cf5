import { useTranslation } from 'react-i18next';

/** The name of a run in words: preliminary, final, correction 1. */
export function useRunName(): (run: string) => string {
  const { t } = useTranslation();
  return (run) => {
    if (run === 'preliminary') return t('run.preliminary');
    if (run === 'final') return t('run.final');
    return t('run.correction', { number: run.replace('correction-', '') });
  };
}
