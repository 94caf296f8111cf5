import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { communitiesQuery } from '../api/queries.ts';
import { useClockSync, useFollow, useNowMs, useStreamView } from '../api/use-stream.ts';
import { Watermark } from '../components/watermark.tsx';
import { useFormat } from '../format/use-format.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { MemberMenu } from './member-menu.tsx';
import { StreamBadge } from './stream-badge.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import './shell.css';

/** Frame of every page: what it is, whose time it is, whether it is live, where else to go. */
export function Shell() {
  const { t } = useTranslation();
  const { data } = useQuery(communitiesQuery);
  const community = data?.[0];
  useFollow(community?.communityId);
  useClockSync(community?.asOf, community?.speed ?? 1);
  const main = useFocusOnNavigation();
  return (
    <>
      <a className="skip" href="#content">
        {t('frame.skip')}
      </a>
      <header className="shell-head">
        <Link to="/" className="shell-mark">
          <img src="/mark.svg" alt="" width="24" height="24" />
          {t('frame.product')}
        </Link>
        <nav aria-label={t('frame.views')} className="shell-nav">
          <Link to="/" className="shell-link">
            {t('frame.operator')}
          </Link>
          <MemberMenu members={community?.members ?? []} />
        </nav>
        <div className="shell-state">
          {community?.isSimulated ? <SimulatedMark speed={community.speed} /> : null}
          {community === undefined ? null : (
            <CommunityTime timeZone={community.timeZone} currency={community.currency} />
          )}
          <StreamBadge />
        </div>
        <div className="shell-choices">
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function SimulatedMark({ speed }: { speed: number }) {
  const stream = useStreamView();
  return <Watermark speed={stream.speed ?? speed} />;
}

function CommunityTime({ timeZone, currency }: { timeZone: string; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat(timeZone, currency);
  const nowMs = useNowMs();
  if (nowMs === undefined) return null;
  return (
    <time className="shell-time" dateTime={new Date(nowMs).toISOString()} title={`${t('frame.clock')}: ${timeZone}`}>
      <span className="visually-hidden">{t('frame.clock')}: </span>
      {format.dateTime(nowMs)} {format.zone(nowMs)}
    </time>
  );
}

/** A change of page tells a screen reader where it is now. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const last = useRef(path);
  useEffect(() => {
    if (last.current !== path) main.current?.focus({ preventScroll: true });
    last.current = path;
  }, [path]);
  return main;
}
