import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  AlarmView,
  BatchView,
  ClearingView,
  CommandView,
  CommunityView,
  EarningsView,
  LimitView,
  MemberView,
  MeterQualityView,
  NowView,
  ServiceView,
  StatementView,
  TimelineView,
  TradeView,
} from '@wattmesh/portal/views';
import { z } from 'zod';
import { getJson, withQuery } from './get-json.ts';

/** One query per view of the portal. A key opens with the view's name: by it the stream finds what became old. */
const API = '/api/v1';
const SLOW_MS = 10_000;
/** What is asked for a moving span leaves the cache soon after nobody shows it. */
const SPAN_GC_MS = 60_000;

const community = (communityId: string, rest = ''): string =>
  `${API}/communities/${encodeURIComponent(communityId)}${rest}`;
const member = (memberId: string, rest = ''): string => `${API}/members/${encodeURIComponent(memberId)}${rest}`;

export const communitiesQuery = queryOptions({
  queryKey: ['communities'],
  queryFn: ({ signal }) => getJson(`${API}/communities`, z.array(CommunityView), signal),
  refetchInterval: (query) => (query.state.data?.length ? false : 2000),
});

export const nowQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['now', communityId],
    queryFn: ({ signal }) => getJson(community(communityId, '/now'), NowView, signal),
    refetchInterval: SLOW_MS,
  });

export type TimelineSpan = { siteId?: string; from: string; to: string; step: 'interval' | 'hour' | 'day' };

const LONG_MS = 3 * 86_400_000;
const isLong = (span: TimelineSpan): boolean => Date.parse(span.to) - Date.parse(span.from) > LONG_MS;

export const timelineQuery = (communityId: string, span: TimelineSpan) =>
  queryOptions({
    // A long span is heavy and hardly changes: it is refreshed by its own, longer gap.
    queryKey: [isLong(span) ? 'history' : 'timeline', communityId, span],
    queryFn: ({ signal }) => getJson(withQuery(community(communityId, '/timeline'), { ...span }), TimelineView, signal),
    placeholderData: keepPreviousData,
    gcTime: SPAN_GC_MS,
  });

export const commandsQuery = (communityId: string, limit: number) =>
  queryOptions({
    queryKey: ['commands', communityId, limit],
    queryFn: ({ signal }) =>
      getJson(withQuery(community(communityId, '/commands'), { limit }), z.array(CommandView), signal),
  });

export const limitsQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['limits', communityId],
    queryFn: ({ signal }) => getJson(community(communityId, '/limits'), z.array(LimitView), signal),
  });

export const clearingsQuery = (communityId: string, span: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['clearings', communityId, span],
    queryFn: ({ signal }) =>
      getJson(withQuery(community(communityId, '/clearings'), span), z.array(ClearingView), signal),
    placeholderData: keepPreviousData,
    gcTime: SPAN_GC_MS,
  });

export const tradesQuery = (communityId: string, intervalStart: string) =>
  queryOptions({
    queryKey: ['clearings', communityId, intervalStart, 'trades'],
    queryFn: ({ signal }) =>
      getJson(
        community(communityId, `/clearings/${encodeURIComponent(intervalStart)}/trades`),
        z.array(TradeView),
        signal,
      ),
    gcTime: SPAN_GC_MS,
  });

export const batchesQuery = (communityId: string, limit: number) =>
  queryOptions({
    queryKey: ['batches', communityId, limit],
    queryFn: ({ signal }) =>
      getJson(withQuery(community(communityId, '/batches'), { limit }), z.array(BatchView), signal),
  });

export const qualityQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['quality', communityId],
    queryFn: ({ signal }) => getJson(community(communityId, '/quality'), z.array(MeterQualityView), signal),
  });

export const alarmsQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['alarms', communityId],
    queryFn: ({ signal }) => getJson(community(communityId, '/alarms'), z.array(AlarmView), signal),
    refetchInterval: SLOW_MS,
  });

export const servicesQuery = (communityId: string) =>
  queryOptions({
    queryKey: ['services', communityId],
    queryFn: ({ signal }) => getJson(community(communityId, '/services'), z.array(ServiceView), signal),
    refetchInterval: SLOW_MS,
  });

export const memberQuery = (memberId: string) =>
  queryOptions({
    queryKey: ['member', memberId],
    queryFn: ({ signal }) => getJson(member(memberId), MemberView, signal),
  });

export const earningsQuery = (memberId: string, span: { period: 'day' | 'month'; date: string }) =>
  queryOptions({
    queryKey: ['earnings', memberId, span],
    queryFn: ({ signal }) => getJson(withQuery(member(memberId, '/earnings'), span), EarningsView, signal),
    placeholderData: keepPreviousData,
    gcTime: SPAN_GC_MS,
  });

export type StatementSpan = { from: string; to: string; knownAt?: string };

export const statementQuery = (memberId: string, span: StatementSpan) =>
  queryOptions({
    queryKey: ['statement', memberId, span],
    queryFn: ({ signal }) => getJson(withQuery(member(memberId, '/statement'), { ...span }), StatementView, signal),
    placeholderData: keepPreviousData,
    gcTime: SPAN_GC_MS,
  });
