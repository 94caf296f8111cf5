import { createHash } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadProfiles, loadScenario, type Scenario } from '@wattmesh/simulator';
import { drillOf } from './drill/drills.ts';
import { Endings } from './endings.ts';
import { LaunchError } from './local/launch-error.ts';
import { assertPortFree } from './local/ports.ts';
import { CHAIN_PORT, POSTGRES_PORT, startServers } from './local/servers.ts';
import { Progress } from './progress.ts';
import { FIRST_DEVICE_PORT, runCommunity } from './run/run-community.ts';
import type { StartOptions } from './start-options.ts';
import { forgetState, readState, type SavedState } from './state-file.ts';
import { holdState } from './state-lock.ts';

function scenarioOf(options: StartOptions): Scenario {
  const scenario = loadScenario(options.scenario);
  return options.seed === undefined ? scenario : { ...scenario, seed: options.seed };
}

/** Identity of a run: the scenario with its seed, and whether it plays real profiles. */
function hashOf(options: StartOptions, scenario: Scenario): string {
  return createHash('sha256')
    .update(JSON.stringify({ scenario, profiles: options.dataFolder !== undefined, chain: options.chainUrl }))
    .digest('hex');
}

/** The earlier state, where it is this run's. Throws LaunchError where it is another's. */
function earlierState(options: StartOptions, scenarioHash: string): SavedState | undefined {
  const earlier = readState(options.stateFolder);
  if (earlier && earlier.scenarioHash !== scenarioHash) {
    throw new LaunchError(
      `the earlier state is of ${earlier.scenario} with another scenario, seed or data; start with --fresh to forget it`,
    );
  }
  return earlier;
}

/** Throws LaunchError where no report could be written at the end. */
function assertWritable(file: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('is a folder');
    accessSync(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new LaunchError(`--json ${file}: give a file in a folder that exists and may be written to`, { cause });
  }
}

async function assertPortsFree(options: StartOptions, scenario: Scenario): Promise<void> {
  if (options.databaseUrl === undefined) await assertPortFree(POSTGRES_PORT, 'PostgreSQL', '--database URL');
  if (options.chainUrl === undefined) await assertPortFree(CHAIN_PORT, 'the EVM node', '--chain URL');
  if (options.port !== 0) await assertPortFree(options.port, 'the portal', '--port N');
  for (const index of scenario.sites.keys()) await assertPortFree(FIRST_DEVICE_PORT + index, 'a simulated device');
}

/** `npm start`: brings the whole system up, runs it, and reports. Answers the exit code; leaves nothing running. */
export async function start(options: StartOptions, signal: AbortSignal): Promise<number> {
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  const drill = options.drill === undefined ? undefined : drillOf(options.drill);
  const scenario = scenarioOf(options);
  const profiles = loadProfiles(scenario, options.dataFolder);
  if (options.jsonFile !== undefined) assertWritable(options.jsonFile);
  const endings = new Endings();
  try {
    const lock = await holdState(options.stateFolder);
    endings.add(() => lock.release());
    await assertPortsFree(options, scenario);
    const scenarioHash = hashOf(options, scenario);
    const earlier = options.isFresh ? undefined : earlierState(options, scenarioHash);
    // What was never ready is set up anew: contracts and registrations of half a set-up fit no other.
    if (!earlier) forgetState(options.stateFolder);
    progress.step(
      earlier
        ? `going on from ${new Date(earlier.simMs).toISOString()}; starting PostgreSQL and the EVM node`
        : 'starting PostgreSQL and the EVM node',
    );
    const servers = await startServers({ ...options, folder: options.stateFolder });
    endings.add(() => servers.stop());
    lock.announce(servers);
    signal.throwIfAborted();
    return await runCommunity({
      options,
      scenario,
      profiles,
      scenarioHash,
      servers,
      progress,
      endings,
      signal,
      earlier,
      drill,
    });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return options.intervals === undefined ? 0 : 130;
  } finally {
    await endings.run();
  }
}
