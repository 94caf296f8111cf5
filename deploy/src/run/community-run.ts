import type { Profiles, Scenario, KeptWorld } from '@wattmesh/simulator';
import type { Clock } from '@wattmesh/platform/clock';
import type { Signer } from 'ethers';
import type { BusKind } from '../choose-bus.ts';
import type { Drill } from '../drill/drills.ts';
import type { Endings } from '../endings.ts';
import type { Servers } from '../local/servers.ts';
import type { Progress } from '../progress.ts';
import type { Contracts } from '../stack/build-registry.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { StartOptions } from '../start-options.ts';
import type { SavedState } from '../state-file.ts';
import type { Roster } from '../supervise/roster.ts';

/** Simulated devices answer from this port on, one port per site. */
export const FIRST_DEVICE_PORT = 1502;

/** Where an earlier run stands. */
export interface Earlier {
  readonly state: SavedState;
  readonly world: KeptWorld;
}

/** A run with all that it needs up: the same for either bus. */
export interface CommunityRun {
  readonly options: StartOptions;
  readonly bus: BusKind;
  readonly scenario: Scenario;
  readonly profiles: Profiles;
  readonly scenarioHash: string;
  readonly servers: Servers;
  readonly progress: Progress;
  readonly endings: Endings;
  /** Aborted where the person ends the run, or something that it needs cannot run. */
  readonly signal: AbortSignal;
  readonly earlier: Earlier | undefined;
  readonly drill: Drill | undefined;
  readonly roster: Roster;
  /** Tells other programs where each service answers. */
  readonly announce: (urls: Readonly<Record<string, string>>) => void;
}

/** A community whose services are ready and whose time is held. */
export interface ReadyCommunity {
  readonly stack: RunningStack;
  readonly clock: Clock;
  readonly contracts: Contracts;
  readonly operator: Signer;
  /** Where its logs are. */
  readonly log: string;
  /** Lets time pass at its own speed. */
  release(): void;
  /** Saves the physical world, where this process has it. */
  saveWorld(simMs: number): void;
}

/** Simulated time from which a run counts: its scenario's start, or where the earlier run stands. */
export function startMsOf({ earlier, scenario }: CommunityRun): number {
  return earlier ? Math.max(earlier.state.simMs, earlier.world.simMs) : Date.parse(scenario.startsAt);
}

/**
 * Pace of blocks while a community is set up. One that goes on has hardly anything left to do on chain, and services that
 * send: for them no block may follow another before it is kept.
 */
export function setUpMining({ earlier, options }: CommunityRun): 'at-once' | 'each-second' {
  return earlier && options.clock === 'scaled' ? 'each-second' : 'at-once';
}
