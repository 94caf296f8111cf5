import { clockOf, HeldClock, ScaledClock, type ClockSetting } from '@wattmesh/platform/clock';
import { startDevices, type RunningDevices } from '../devices/devices.link.ts';
import { loadProfiles } from '../profiles/profiles.store.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import { loadScenario } from '../scenario/scenario.store.ts';
import { resumeWorld } from '../state/resume-world.ts';
import { WorldKeeper } from '../state/world-keeper.store.ts';
import { holdWorldState } from '../state/world-lock.link.ts';
import { readWorldState } from '../state/world-state.store.ts';
import { World } from '../world.ts';
import type { DevicesOptions } from './read-options.ts';

/** So far ahead of the world a clock is another community's: the days between would have to be played first. */
const MOST_AHEAD_MS = 31 * 86_400_000;

type PacedClock = ScaledClock | HeldClock;

export interface ServedWorld {
  readonly world: World;
  readonly clock: PacedClock;
  readonly endpoints: RunningDevices['endpoints'];
  /** Ends the devices and saves the world. */
  stop(): Promise<void>;
}

/**
 * Brings the devices of a scenario up: on the clock that is given, else at `--speed` from where the world stands. `onError` is told what later
 * makes it impossible to go on.
 */
export async function runDevices(
  options: DevicesOptions,
  given: { setting: ClockSetting | undefined; onError: (error: unknown) => void },
): Promise<ServedWorld> {
  if (given.setting !== undefined && options.speed !== undefined)
    throw new ScenarioError('--speed and WATTMESH_CLOCK are both given: leave one out');
  const world = await openWorld(options);
  const clock = openClock(world, given.setting ?? options.speed ?? 1);
  const now = (): number => clock.now();
  const keeper = options.state === undefined ? undefined : new WorldKeeper(world, { now, file: options.state });
  // Saved before anything is served: what is told afterwards is added to this file.
  keeper?.save();
  const { onError } = given;
  const devices = await startDevices({
    world,
    clock: now,
    portFrom: options.port,
    ...(keeper === undefined ? {} : { onWrite: (write) => attempt(() => keeper.note(write), onError) }),
  });
  keeper?.start(onError);
  return {
    world,
    clock,
    endpoints: devices.endpoints,
    async stop() {
      keeper?.stop();
      await devices.stop();
      keeper?.save();
      clock.stop();
    },
  };
}

async function openWorld({ scenario: name, seed, data, state }: DevicesOptions): Promise<World> {
  const scenario = { ...loadScenario(name), ...(seed === undefined ? {} : { seed }) };
  const profiles = loadProfiles(scenario, data);
  if (state === undefined) return new World({ scenario, profiles });
  await holdWorldState(state);
  const kept = readWorldState(state);
  return kept === undefined ? new World({ scenario, profiles }) : resumeWorld({ scenario, profiles }, kept);
}

function openClock(world: World, setting: ClockSetting | number): PacedClock {
  if (typeof setting === 'number') {
    // oxlint-disable-next-line no-restricted-properties -- time begins to pass
    return new ScaledClock({ wallMs: Date.now(), simMs: world.nowMs, speed: setting });
  }
  const clock = clockOf(setting);
  if (clock.now() - world.nowMs > MOST_AHEAD_MS) {
    const [now, stands] = [clock.now(), world.nowMs].map((simMs) => new Date(simMs).toISOString());
    throw new ScenarioError(`WATTMESH_CLOCK says ${now}, but the world stands at ${stands}: give its community's time`);
  }
  return clock;
}

function attempt(run: () => void, onError: (error: unknown) => void): void {
  try {
    run();
  } catch (error) {
    onError(error);
  }
}
