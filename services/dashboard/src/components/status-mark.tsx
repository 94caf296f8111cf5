import { useTranslation } from 'react-i18next';
import './marks.css';

export type DeviceStatus = 'online' | 'degraded' | 'offline' | 'fault' | 'unknown';

const SIGN: Record<DeviceStatus, string> = { online: '●', degraded: '◐', offline: '○', fault: '▲', unknown: '◌' };

/** Whether a device or service answers, by shape and word. */
export function StatusMark({ status }: { status: DeviceStatus }) {
  const { t } = useTranslation();
  return (
    <span className={`quality status-${status}`}>
      <span aria-hidden="true">{SIGN[status]}</span> {t(`status.${status}`)}
    </span>
  );
}
