import { queryOptions } from '@tanstack/react-query';
import { ProofView, StatementView } from '@wattmesh/portal/views';
import { getJson, withQuery } from './get-json.ts';

const member = (memberId: string): string => `/api/v1/members/${encodeURIComponent(memberId)}`;

/** A member's leaves of an interval and run with their paths. */
export const proofQuery = (memberId: string, at: { intervalStart: string; run: string }) =>
  queryOptions({
    queryKey: ['proof', memberId, at.intervalStart, at.run],
    queryFn: ({ signal }) =>
      getJson(
        `${member(memberId)}/proofs/${encodeURIComponent(at.intervalStart)}/${encodeURIComponent(at.run)}`,
        ProofView,
        signal,
      ),
    gcTime: 60_000,
  });

/** All lines of a range as they are known now, for a check of their sum. */
export function readStatement(
  memberId: string,
  span: { from: string; to: string },
  signal: AbortSignal,
): Promise<StatementView> {
  return getJson(withQuery(`${member(memberId)}/statement`, span), StatementView, signal);
}
