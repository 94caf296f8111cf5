import { randomBytes } from 'node:crypto';
import { RealEffects } from '@wattmesh/platform';
import { INTERVAL_MS, StepClock, intervalStartOf, type Clock } from '@wattmesh/platform/clock';
import type { Profiles, Scenario, WorldState } from '@wattmesh/simulator';
import { drainContract } from '../drill/drain-contract.ts';
import type { Drill } from '../drill/drills.ts';
import type { Endings } from '../endings.ts';
import { LaunchError } from '../local/launch-error.ts';
import { makeBlocks, operatorOf, type Servers } from '../local/servers.ts';
import type { Progress } from '../progress.ts';
import { RunLog } from '../run-log.ts';
import { WarmingClock } from '../stack/warming-clock.ts';
import { LiveCommunity } from '../stack/live-community.ts';
import type { Stack } from '../stack/stack.ts';
import type { StartOptions } from '../start-options.ts';
import { writeState, type SavedState } from '../state-file.ts';
import { held, reportRun, summarise, writeReport } from './finish-run.ts';
import { runUntilSettled, waitUntilReady, type RunGoal } from './run-loop.ts';

/** Simulated devices answer from this port on, one port per site. */
export const FIRST_DEVICE_PORT = 1502;
const READY_WITHIN_MS = 150_000;
const KEEP_EVERY_MS = 1000;
/** Simulated time before the first interval in which services are made ready. */
const LEAD_MS = 600_000;
/** A stepped chain makes a block each 15 simulated seconds; its real one each second. */
const BLOCK_EVERY_S = 15;

export interface CommunityRun {
  readonly options: StartOptions;
  readonly scenario: Scenario;
  readonly profiles: Profiles;
  readonly scenarioHash: string;
  readonly servers: Servers;
  readonly progress: Progress;
  readonly endings: Endings;
  readonly signal: AbortSignal;
  readonly earlier: SavedState | undefined;
  readonly drill: Drill | undefined;
}

function clockOf(run: CommunityRun, log: RunLog): Clock {
  const { options, scenario, earlier } = run;
  const startMs = earlier?.simMs ?? Date.parse(scenario.startsAt);
  const warmingMs = earlier ? startMs : startMs - LEAD_MS;
  const logger = log.loggerOf('clock');
  const onError = (name: string, error: unknown) => logger.error({ err: error, timer: name }, 'a timer failed');
  return options.clock === 'step'
    ? new StepClock({ simMs: startMs, speed: options.speed, onError })
    : new WarmingClock({ warmingMs, startMs, speed: options.speed, onError });
}

function prepare(run: CommunityRun, clock: Clock, log: RunLog): Promise<LiveCommunity> {
  const { options, scenario, servers, earlier, drill } = run;
  return LiveCommunity.prepare({
    scenario,
    profiles: run.profiles,
    clock,
    settle: async () => {
      if (clock instanceof StepClock) await clock.runUntil(clock.now());
    },
    places: {
      folder: options.stateFolder,
      databaseUrl: servers.databaseUrl,
      chainRpc: servers.chainUrl,
      operatorKey: servers.operatorKey,
      registrationToken: randomBytes(24).toString('hex'),
      logLevel: 'info',
      isStepped: options.clock === 'step',
    },
    operator: operatorOf(servers),
    chainId: servers.chainId,
    portalPort: options.port,
    firstDevicePort: earlier?.firstDevicePort ?? FIRST_DEVICE_PORT,
    logTo: (service) => log.loggerOf(service),
    ...(drill === undefined ? {} : { drill }),
    ...(earlier === undefined
      ? {}
      : {
          earlier: {
            contracts: { ...earlier.contracts, chainId: servers.chainId },
            world: earlier.world as WorldState,
          },
        }),
  });
}

/** Saves where the community stands, at most once a second: a later start goes on from there. */
function keeper(run: CommunityRun, community: LiveCommunity, clock: Clock): (isLast?: boolean) => void {
  let keptAt = -Infinity;
  return (isLast = false) => {
    if (!isLast && performance.now() - keptAt < KEEP_EVERY_MS) return;
    keptAt = performance.now();
    const simMs = Math.max(clock.now(), Date.parse(run.scenario.startsAt));
    community.world.advanceTo(simMs);
    writeState(run.options.stateFolder, {
      version: 1,
      scenarioHash: run.scenarioHash,
      scenario: run.scenario.name,
      simMs,
      firstDevicePort: run.earlier?.firstDevicePort ?? FIRST_DEVICE_PORT,
      contracts: community.contracts,
      world: community.world.saveState(),
    });
  };
}

async function bringUp(run: CommunityRun, community: LiveCommunity, clock: Clock): Promise<Stack> {
  const { progress, endings, signal, servers } = run;
  const crashed = (error: Error) => progress.step(`a service crashed: ${error.message}`);
  const stack = await community.startServices({ effects: new RealEffects(), onCrash: crashed });
  endings.add(() => stack.stop());
  signal.throwIfAborted();
  progress.step('registering the community with its services and on chain');
  await community.enrol(stack);
  signal.throwIfAborted();
  await makeBlocks(servers, clock instanceof StepClock ? 'when-told' : 'each-second');
  if (clock instanceof StepClock && servers.ownsChain)
    clock.every(
      { name: 'chain', periodS: BLOCK_EVERY_S },
      async () => void (await servers.provider.send('evm_mine', [])),
    );
  const isReady = await waitUntilReady(stack, {
    withinMs: READY_WITHIN_MS,
    signal,
    onWait: (names) => progress.step(`waiting for ${names.join(', ')}`),
  });
  signal.throwIfAborted();
  if (!isReady) throw new LaunchError(`not ready: ${(await stack.notReady()).join(', ')}; the log says why`);
  return stack;
}

/** Runs a community on servers that are up, until its goal or the person ends it. Answers the exit code. */
export async function runCommunity(run: CommunityRun): Promise<number> {
  const { options, scenario, progress, endings, servers, signal } = run;
  const log = new RunLog(options.stateFolder, 'info');
  const clock = clockOf(run, log);
  await makeBlocks(servers, 'at-once');
  progress.step(`starting ${scenario.devices.length} devices at ${scenario.sites.length} sites, and their contracts`);
  const community = await prepare(run, clock, log);
  endings.add(() => community.stop());
  signal.throwIfAborted();
  progress.step('starting the services');
  const stack = await bringUp(run, community, clock);
  const keep = keeper(run, community, clock);
  keep();
  progress.step(
    `ready: http://127.0.0.1:${new URL(stack.urls.portal).port} (${scenario.name}, seed ${scenario.seed}, ${new Date(clock.now()).toISOString()}, speed ${options.speed}); log in ${log.file}`,
  );
  const firstInterval = Math.max(Date.parse(scenario.startsAt), intervalStartOf(clock.now() + INTERVAL_MS - 1));
  const goal = {
    firstIntervalMs: firstInterval,
    settlementPeriodIntervals: scenario.community.settlementPeriodIntervals,
    periodStartMs: Date.parse(scenario.community.startsAt),
    ...(options.intervals === undefined ? {} : { intervals: options.intervals }),
  };
  const isReached = await runUntilSettled(stack, clock, {
    goal,
    signal,
    keep,
    onProgress: (intervals) => progress.step(`${intervals} interval${intervals === 1 ? '' : 's'} settled`),
  });
  return finish(run, { community, stack, clock, keep, isReached, goal });
}

async function finish(
  run: CommunityRun,
  ran: {
    community: LiveCommunity;
    stack: Stack;
    clock: Clock;
    keep: (isLast: boolean) => void;
    isReached: boolean;
    goal: RunGoal;
  },
): Promise<number> {
  const { options, progress, drill, endings, servers, signal } = run;
  const { community, stack, clock } = ran;
  progress.step('ending the services');
  const lagP99Ms = stack.lagP99Ms();
  await stack.stopServices();
  ran.keep(true);
  clock.stop();
  if (drill?.drainsContract) await drainContract(servers.provider, community.contracts);
  if (options.intervals === undefined) return 0;
  const report = await reportRun(community, stack.eventLog, {
    lagP99Ms,
    clock: options.clock,
    untilMs: ran.goal.firstIntervalMs + options.intervals * INTERVAL_MS,
  });
  if (options.jsonFile !== undefined) writeReport(report, options.jsonFile);
  for (const line of summarise(report)) progress.step(line);
  if (signal.aborted) return 130;
  if (!ran.isReached) progress.step(`the goal of ${options.intervals} intervals was not reached in time`);
  await endings.run();
  return ran.isReached && held(report) ? 0 : 1;
}
