import type { AlarmView } from '@wattmesh/portal/views';

/** Active before cleared, then by priority, then newest first. */
const RANK = { high: 0, medium: 1, low: 2 } as const;

export function orderAlarms(alarms: readonly AlarmView[]): AlarmView[] {
  return alarms.toSorted(
    (a, b) =>
      Number(b.isActive) - Number(a.isActive) ||
      RANK[a.priority] - RANK[b.priority] ||
      (a.raisedAt < b.raisedAt ? 1 : -1),
  );
}
