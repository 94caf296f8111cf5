import { useTranslation } from 'react-i18next';
import { useStreamView } from '../api/use-stream.ts';

const SIGN = { connecting: '◌', connected: '●', reconnecting: '↻', stale: '⚠' } as const;

export function StreamBadge() {
  const { t } = useTranslation();
  const { phase } = useStreamView();
  return (
    <span className={`stream stream-${phase}`} role="status" title={t('stream.hint')}>
      <span aria-hidden="true">{SIGN[phase]}</span> {t(`stream.${phase}`)}
    </span>
  );
}
