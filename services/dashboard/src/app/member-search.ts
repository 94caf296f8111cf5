import { isDay } from '../format/local-day.ts';
import { readStatementSearch, type StatementSearch } from '../features/statement/statement-search.ts';

/** What of the address steers the member's page: the local day shown, and the range of the statement. */
export type MemberSearch = StatementSearch & { day?: string };

/** Anything else in the address is dropped. */
export function readMemberSearch(search: Record<string, unknown>): MemberSearch {
  const { day } = search;
  return { ...readStatementSearch(search), ...(isDay(day) ? { day } : {}) };
}
