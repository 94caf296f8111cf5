import type { Reason } from '@wattmesh/events';

/** One interval of a schedule: the set-point, what the plan expects at the connection, and why. */
export interface ScheduleSlot {
  setpointW: number;
  siteW: number;
  code: Reason['code'];
}
