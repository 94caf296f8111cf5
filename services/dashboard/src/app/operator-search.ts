import { RANGES, STEPS, type Range, type Step } from '../features/timeline/timeline-range.ts';

export type OperatorSearch = { range?: Range; step?: Step; site?: string };

/** What of the address steers the page; anything else in it is dropped. */
export function readOperatorSearch(search: Record<string, unknown>): OperatorSearch {
  const range = RANGES.find((one) => one === search['range']);
  const step = STEPS.find((one) => one === search['step']);
  const site = search['site'];
  return {
    ...(range === undefined ? {} : { range }),
    ...(step === undefined ? {} : { step }),
    ...(typeof site === 'string' && site !== '' ? { site } : {}),
  };
}
