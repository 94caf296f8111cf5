import { createHash } from 'node:crypto';
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

async function assertPortsFree(options: StartOptions, scenario: Scenario): Promise<void> {
  if (options.databaseUrl === undefined) await assertPortFree(POSTGRES_PORT, 'PostgreSQL', '--database URL');
  if (options.chainUrl === undefined) await assertPortFree(CHAIN_PORT, 'the EVM node', '--chain URL');
  if (options.port !== 0) await assertPortFree(options.port, 'the portal', '--port N');
  for (const index of scenario.sites.keys()) await assertPortFree(FIRST_DEVICE_PORT + index, 'a simulated device');
}

/** `npm start`: brings the whole system up, runs it, and reports. Answers the exit code; leaves nothing running. */
export async function start(options: StartOptions, signal: AbortSignal): Promise<number> {
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  const [drill] = options.drills.map(drillOf);
  const scenario = scenarioOf(options);
  const profiles = loadProfiles(scenario, options.dataFolder);
  const endings = new Endings();
  try {
    await assertPortsFree(options, scenario);
    const lock = holdState(options.stateFolder);
    endings.add(() => lock.release());
    if (options.isFresh) forgetState(options.stateFolder);
    const scenarioHash = hashOf(options, scenario);
    const earlier = earlierState(options, scenarioHash);
    progress.step(
      earlier
        ? `going on from ${new Date(earlier.simMs).toISOString()}; starting PostgreSQL and the EVM node`
        : 'starting PostgreSQL and the EVM node',
    );
    const servers = await startServers({ ...options, folder: options.stateFolder });
    endings.add(() => servers.stop());
    lock.announce(servers);
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
  } finally {
    await endings.run();
  }
}
