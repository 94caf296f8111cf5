import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1>{t('frame.notFound')}</h1>
      <p>
        <Link to="/">{t('frame.goHome')}</Link>
      </p>
    </div>
  );
}
