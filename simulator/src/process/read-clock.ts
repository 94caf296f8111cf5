import { parseClockSetting, type ClockSetting } from '@wattmesh/platform/clock';
import { ScenarioError } from '../scenario/scenario.errors.ts';

/** A clock setting from where `source` says. Throws a ScenarioError with one line that says what to give. */
export function readClock(source: string, text: string): ClockSetting {
  try {
    return parseClockSetting(text);
  } catch (cause) {
    throw new ScenarioError(`${source}: ${(cause as Error).message}`, { cause });
  }
}
