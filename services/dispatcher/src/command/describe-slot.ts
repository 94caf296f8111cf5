import type { ScheduleSlot } from '../schedule/schedule-slot.ts';

/**
 * Why a later slot of a schedule is what it is, in words: its next-best alternative is costed only when its interval comes.
 *
 * Example: `planned 1200 W as self-consumption, 0 W at the connection`.
 */
export function describeSlot(slot: ScheduleSlot): string {
  return `planned ${slot.setpointW} W as ${slot.code}, ${slot.siteW} W at the connection`;
}
