import { useTranslation } from 'react-i18next';
import './marks.css';

/** Says on every page that nothing of this is a real house, in words and across the ground. */
export function Watermark({ speed }: { speed: number }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <span className="watermark-chip" title={t('frame.simulatedHint', { speed })}>
        <span aria-hidden="true">◌</span> {t('frame.simulated')} <span className="watermark-speed">×{speed}</span>
      </span>
      <div className={`watermark-ground watermark-${i18n.resolvedLanguage ?? 'en'}`} aria-hidden="true" />
    </>
  );
}
