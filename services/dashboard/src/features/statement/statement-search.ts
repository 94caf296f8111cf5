import { isDay } from '../../format/local-day.ts';

/** Range of a statement in local days, both ends in it, and the local minute that it is known at. */
export type StatementSearch = { from?: string; to?: string; knownAt?: string };

/** What of the address steers the statement; anything else is dropped. */
export function readStatementSearch(search: Record<string, unknown>): StatementSearch {
  const { from, to, knownAt } = search;
  return {
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
    ...(isMinute(knownAt) ? { knownAt } : {}),
  };
}

/** `YYYY-MM-DDTHH:MM`, as a form field gives it. */
function isMinute(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) && isDay(text.slice(0, 10));
}
