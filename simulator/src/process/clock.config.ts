import type { ClockSetting } from '@wattmesh/platform/clock';
import { readClock } from './read-clock.ts';

/** How the process that started this one lets time pass; undefined where it says nothing. Throws a ScenarioError. */
export function clockSetting(): ClockSetting | undefined {
  const text = process.env['WATTMESH_CLOCK'];
  return text === undefined || text === '' ? undefined : readClock('WATTMESH_CLOCK', text);
}
