import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { AnswerUnreadable, PortalAway } from '../api/get-json.ts';
import { useNowMs } from '../api/use-stream.ts';
import { wallNowMs } from '../api/wall-now.ts';
import { formatSpan } from '../format/format-age.ts';
import { localeOf } from '../format/use-format.ts';
import './states.css';

export function Loading({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="loading-line" aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return <p className="empty soft">{children ?? t('state.empty')}</p>;
}

export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="failed" role="alert">
      <p>
        <span aria-hidden="true">▲ </span>
        <strong>{t('state.failed')}</strong> {useProblemText(error)}
      </p>
      {onRetry === undefined ? null : (
        <button type="button" className="button" onClick={onRetry}>
          {t('state.retry')}
        </button>
      )}
    </div>
  );
}

/** Over content that could not be refreshed: it stays readable and says how old it is. */
export function Stale({ sinceMs }: { sinceMs: number }) {
  const { t, i18n } = useTranslation();
  // Ticks with the community's clock, which goes on while the portal is away.
  useNowMs();
  const age = formatSpan((wallNowMs() - sinceMs) / 1000, localeOf(i18n.resolvedLanguage));
  return (
    <p className="stale" role="status">
      <span aria-hidden="true">⚠ </span>
      {t('state.stale', { age })}
    </p>
  );
}

function useProblemText(error: Error): string {
  const { t } = useTranslation();
  if (error instanceof PortalAway) return t('state.unreachable');
  if (error instanceof AnswerUnreadable) return t('state.unreadable', { detail: error.message });
  return error.message;
}

type Query<T> = {
  data: T | undefined;
  error: Error | null;
  dataUpdatedAt: number;
  refetch: () => unknown;
};

type LoadedProps<T> = {
  query: Query<T>;
  lines?: number;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
};

/** A query's content, or its loading, empty, failed or stale state. */
export function Loaded<T>({ query, lines = 3, isEmpty, empty, children }: LoadedProps<T>) {
  if (query.data === undefined)
    return query.error === null ? (
      <Loading lines={lines} />
    ) : (
      <Failed error={query.error} onRetry={() => void query.refetch()} />
    );
  return (
    <>
      {query.error === null ? null : <Stale sinceMs={query.dataUpdatedAt} />}
      {isEmpty?.(query.data) ? <Empty>{empty}</Empty> : children(query.data)}
    </>
  );
}
