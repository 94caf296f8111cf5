import type { Quality } from '@wattmesh/events';

const ORDER: readonly Quality[] = ['measured', 'estimated', 'substituted', 'suspect', 'missing'];

/** The least trusted of several qualities. Example: measured and estimated give estimated. */
export function worstQuality(...qualities: readonly Quality[]): Quality {
  return ORDER[Math.max(...qualities.map((quality) => ORDER.indexOf(quality)))] ?? 'missing';
}
