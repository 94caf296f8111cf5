import { useTranslation } from 'react-i18next';
import './marks.css';

export type Quality = 'measured' | 'estimated' | 'substituted' | 'suspect' | 'missing';

const SIGN: Record<Quality, string> = { measured: '●', estimated: '◐', substituted: '◇', suspect: '▲', missing: '○' };

/** The grade of a value by shape and word; colour only where it is suspect or missing. */
export function QualityMark({ quality }: { quality: Quality }) {
  const { t } = useTranslation();
  return (
    <span className={`quality quality-${quality}`}>
      <span aria-hidden="true">{SIGN[quality]}</span> {t(`quality.${quality}`)}
    </span>
  );
}
