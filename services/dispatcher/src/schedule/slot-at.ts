import { INTERVAL_MS } from '@wattmesh/platform/clock';

/** What a schedule says of one interval. */
export interface Slotted<S> {
  firstIntervalStartMs: number;
  slots: readonly S[];
}

/** The slot in force in an interval; undefined before the schedule begins and after it ends. */
export function slotAt<S>(schedule: Slotted<S>, intervalStartMs: number): S | undefined {
  return schedule.slots[(intervalStartMs - schedule.firstIntervalStartMs) / INTERVAL_MS];
}
