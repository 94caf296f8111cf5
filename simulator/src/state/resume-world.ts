import { defineUnit } from '../devices/define-unit.ts';
import type { DeviceWrite } from '../devices/device-write.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';
import { World, type WorldState } from '../world.ts';

/**
 * The world that a process left, up to the last thing that its devices were told.
 *
 * Method: the saved state, and every write after it once more at its own instant. Physics are a function of state, writes and time, so the
 * world is what it would be had the process lived on, however long ago it was saved: its devices were out of reach, not without power.
 *
 * Throws a ScenarioError where the state is another scenario's.
 *
 * @example resumeWorld({ scenario, profiles }, { world, writes: [] }).advanceTo(clock.now())
 */
export function resumeWorld(
  plan: { scenario: Scenario; profiles: Profiles },
  kept: { world: WorldState; writes: readonly DeviceWrite[] },
): World {
  const world = new World({ ...plan, state: kept.world });
  try {
    const units = new Map(plan.scenario.devices.map((device) => [device.deviceId, defineUnit(world, device)]));
    for (const { deviceId, address, words, atMs } of kept.writes) {
      const unit = units.get(deviceId);
      if (unit === undefined || unit.write(address, Uint16Array.from(words), atMs) !== undefined)
        throw new RangeError(`${deviceId} does not take what it took at ${new Date(atMs).toISOString()}`);
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ScenarioError(`the saved world does not fit: ${cause.message}; start it afresh`, { cause });
  }
  return world;
}
