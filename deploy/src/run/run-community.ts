import { INTERVAL_MS, intervalStartOf } from '@wattmesh/platform/clock';
import { drainContract } from '../drill/drain-contract.ts';
import { placesOf } from '../earlier-servers.ts';
import { LaunchError } from '../local/launch-error.ts';
import { writeState } from '../state-file.ts';
import { bringUpInMemory } from './bring-up-memory.ts';
import { bringUpProcesses } from './bring-up-processes.ts';
import { FIRST_DEVICE_PORT, type CommunityRun, type ReadyCommunity } from './community-run.ts';
import { held, reportRun, summarise, writeReport } from './finish-run.ts';
import { runUntilSettled, type RunGoal } from './run-loop.ts';

const KEEP_EVERY_MS = 1000;

/**
 * Saves where the community stands, at most once a second: a later start goes on from there. A disk that is full is told of
 * once, and tried again; the last time it is an error.
 */
function keeper(run: CommunityRun, community: ReadyCommunity): (isLast?: boolean) => void {
  let keptAt = -Infinity;
  let isInTrouble = false;
  return (isLast = false) => {
    if (!isLast && performance.now() - keptAt < KEEP_EVERY_MS) return;
    keptAt = performance.now();
    try {
      keepState(run, community);
      isInTrouble = false;
    } catch (cause) {
      const trouble = `where the community stands cannot be kept (${(cause as Error).message})`;
      if (isLast) throw new LaunchError(`${trouble}: free space in ${run.options.stateFolder}`, { cause });
      if (!isInTrouble) run.progress.step(`${trouble}; trying again`);
      isInTrouble = true;
    }
  };
}

function keepState(run: CommunityRun, community: ReadyCommunity): void {
  const simMs = Math.max(community.clock.now(), Date.parse(run.scenario.startsAt));
  community.saveWorld(simMs);
  writeState(run.options.stateFolder, {
    version: 2,
    scenarioHash: run.scenarioHash,
    scenario: run.scenario.name,
    simMs,
    firstDevicePort: run.earlier?.state.firstDevicePort ?? FIRST_DEVICE_PORT,
    contracts: community.contracts,
    bus: run.bus,
    ...placesOf(run.options),
  });
}

function goalOf({ options, scenario }: CommunityRun, nowMs: number): RunGoal {
  return {
    firstIntervalMs: Math.max(Date.parse(scenario.startsAt), intervalStartOf(nowMs + INTERVAL_MS - 1)),
    settlementPeriodIntervals: scenario.community.settlementPeriodIntervals,
    periodStartMs: Date.parse(scenario.community.startsAt),
    ...(options.intervals === undefined ? {} : { intervals: options.intervals }),
  };
}

/** Runs a community on servers that are up, until its goal or the person ends it. Answers the exit code. */
export async function runCommunity(run: CommunityRun): Promise<number> {
  const { options, scenario, progress, signal } = run;
  const community = await (run.bus === 'kafka' ? bringUpProcesses(run) : bringUpInMemory(run));
  const { stack, clock } = community;
  const keep = keeper(run, community);
  keep();
  progress.step(
    `ready: http://127.0.0.1:${new URL(stack.urls.portal).port} (${scenario.name}, seed ${scenario.seed}, ${new Date(clock.now()).toISOString()}, speed ${options.speed}, ${run.bus} bus); log in ${community.log}`,
  );
  const goal = goalOf(run, clock.now());
  community.release();
  const isReached = await runUntilSettled(stack, clock, {
    goal,
    signal,
    keep,
    onProgress: (intervals) => progress.step(`${intervals} interval${intervals === 1 ? '' : 's'} settled`),
    onTrouble: (reason) => progress.step(`the event log cannot be read (${reason}); trying again`),
  });
  return finish(run, community, { keep, goal, isReached });
}

async function finish(
  run: CommunityRun,
  community: ReadyCommunity,
  ran: { keep: (isLast: boolean) => void; goal: RunGoal; isReached: boolean },
): Promise<number> {
  const { options, progress, drill, endings, servers, signal } = run;
  const { stack, clock } = community;
  progress.step('ending the services');
  const lagP99Ms = await stack.lagP99Ms();
  await stack.stopServices();
  ran.keep(true);
  clock.stop();
  if (drill?.drainsContract) await drainContract(servers.provider, community.contracts);
  if (options.intervals === undefined) return 0;
  const reported = { scenario: run.scenario, profiles: run.profiles, ...community };
  const report = await reportRun(reported, stack.eventLog, {
    lagP99Ms,
    clock: options.clock,
    bus: run.bus,
    untilMs: ran.goal.firstIntervalMs + options.intervals * INTERVAL_MS,
  });
  for (const line of summarise(report)) progress.step(line);
  if (options.jsonFile !== undefined) writeReport(report, options.jsonFile);
  if (signal.aborted) return 130;
  if (!ran.isReached) progress.step(`the goal of ${options.intervals} intervals was not reached in time`);
  await endings.run();
  return ran.isReached && held(report) ? 0 : 1;
}
