import { createHash } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadProfiles, loadScenario, type Profiles, type Scenario } from '@wattmesh/simulator';
import { beginLogs, boundLogs } from './bound-logs.ts';
import { chooseBus, type BusKind } from './choose-bus.ts';
import { drillOf, type Drill } from './drill/drills.ts';
import { assertSameServers } from './earlier-servers.ts';
import { Endings } from './endings.ts';
import { assertExternalServersAnswer } from './local/external.ts';
import { assertContractsThere } from './local/assert-contracts-there.ts';
import { assertDatabaseEmpty } from './local/assert-database-empty.ts';
import { bringKafkaJars } from './local/kafka/bring-kafka-jars.ts';
import { canRunKafka } from './local/kafka/can-run-kafka.ts';
import { isDiskFull } from './local/is-disk-full.ts';
import { LaunchError } from './local/launch-error.ts';
import { assertPortFree } from './local/ports.ts';
import { CHAIN_PORT, KAFKA_CONTROLLER_PORT, KAFKA_PORT, POSTGRES_PORT, startServers } from './local/servers.ts';
import { assertBrokersEmpty } from './processes/assert-brokers-empty.ts';
import { Progress } from './progress.ts';
import { FIRST_DEVICE_PORT, type Earlier } from './run/community-run.ts';
import { runCommunity } from './run/run-community.ts';
import type { StartOptions } from './start-options.ts';
import { forgetState, readState, readWorld } from './state-file.ts';
import { holdState, type HeldState } from './state-lock.ts';
import { Roster } from './supervise/roster.ts';

function scenarioOf(options: StartOptions): Scenario {
  const scenario = loadScenario(options.scenario);
  return options.seed === undefined ? scenario : { ...scenario, seed: options.seed };
}

/** Identity of a run: the scenario with its seed, and whether it plays real profiles. */
function hashOf(options: StartOptions, scenario: Scenario): string {
  return createHash('sha256')
    .update(JSON.stringify({ scenario, profiles: options.dataFolder !== undefined }))
    .digest('hex');
}

/** Where the earlier run stands, if it is this one's. Throws LaunchError where it is another's. */
function earlierRun(options: StartOptions, scenarioHash: string): Earlier | undefined {
  const state = readState(options.stateFolder);
  if (!state) return undefined;
  if (state.scenarioHash !== scenarioHash) {
    throw new LaunchError(
      `the earlier state is of ${state.scenario} with another scenario, seed or data; start with --fresh to forget it`,
    );
  }
  assertSameServers(state, options);
  return { state, world: readWorld(options.stateFolder) };
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

async function assertPortsFree(options: StartOptions, scenario: Scenario, bus: BusKind): Promise<void> {
  if (options.databaseUrl === undefined) await assertPortFree(POSTGRES_PORT, 'PostgreSQL', '--database URL');
  if (options.chainUrl === undefined) await assertPortFree(CHAIN_PORT, 'the EVM node', '--chain URL');
  if (bus === 'kafka' && options.brokers === undefined) {
    await assertPortFree(KAFKA_PORT, 'Kafka', '--kafka HOST:PORT');
    await assertPortFree(KAFKA_CONTROLLER_PORT, "Kafka's controller", '--kafka HOST:PORT');
  }
  if (options.port !== 0) await assertPortFree(options.port, 'the portal', '--port N');
  for (const index of scenario.sites.keys()) await assertPortFree(FIRST_DEVICE_PORT + index, 'a simulated device');
}

interface Preparation {
  readonly scenario: Scenario;
  readonly profiles: Profiles;
  readonly drill: Drill | undefined;
  readonly bus: BusKind;
}

/** Checks all that can be checked before anything is touched. */
async function prepare(options: StartOptions, progress: Progress, signal: AbortSignal): Promise<Preparation> {
  const drill = options.drill === undefined ? undefined : drillOf(options.drill);
  const scenario = scenarioOf(options);
  const profiles = loadProfiles(scenario, options.dataFolder);
  if (options.jsonFile !== undefined) assertWritable(options.jsonFile);
  const { bus, notice } = await chooseBus(options, canRunKafka);
  if (notice !== undefined) progress.step(notice);
  if (bus === 'kafka' && options.brokers === undefined)
    await bringKafkaJars({ onProgress: (line) => progress.step(line), signal });
  return { scenario, profiles, drill, bus };
}

/** Holds the state folder, and brings its state to where this run begins. */
async function openState(
  options: StartOptions,
  { scenario, bus }: Preparation,
  endings: Endings,
): Promise<{ lock: HeldState; scenarioHash: string; earlier: Earlier | undefined }> {
  const lock = await holdState(options.stateFolder);
  endings.add(() => lock.release());
  await assertPortsFree(options, scenario, bus);
  await assertExternalServersAnswer(options);
  const scenarioHash = hashOf(options, scenario);
  const earlier = options.isFresh ? undefined : earlierRun(options, scenarioHash);
  if (earlier?.state.bus === 'kafka' && bus === 'memory') {
    throw new LaunchError(
      'the earlier state is on Kafka, where events may still wait for their services: use --bus kafka, or --fresh to forget it',
    );
  }
  if (!earlier && options.databaseUrl !== undefined) await assertDatabaseEmpty(options.databaseUrl);
  if (!earlier && options.brokers !== undefined) await assertBrokersEmpty(options.brokers);
  // What was never ready is set up anew: contracts and registrations of half a set-up fit no other.
  if (!earlier) forgetState(options.stateFolder);
  beginLogs(join(options.stateFolder, 'log'));
  return { lock, scenarioHash, earlier };
}

/** Tells other programs who runs where, as far as the disk has room: the run itself needs none of it. */
function announcerOf(lock: HeldState, say: (line: string) => void): HeldState['announce'] {
  let isInTrouble = false;
  return (said) => {
    try {
      lock.announce(said);
      isInTrouble = false;
    } catch (error) {
      if (!isInTrouble) say(`what runs cannot be noted for npm run audit (${(error as Error).message})`);
      isInTrouble = true;
    }
  };
}

function startLine(options: StartOptions, bus: BusKind, earlier: Earlier | undefined): string {
  const servers = [
    ...(options.databaseUrl === undefined ? ['PostgreSQL'] : []),
    ...(options.chainUrl === undefined ? ['the EVM node'] : []),
    ...(bus === 'kafka' && options.brokers === undefined ? ['Kafka'] : []),
  ];
  const starting = `starting ${new Intl.ListFormat('en').format(servers) || 'no server'}`;
  if (!earlier) return starting;
  const standsMs = Math.max(earlier.state.simMs, earlier.world.simMs);
  return `going on from ${new Date(standsMs).toISOString()}; ${starting}`;
}

/** `npm start`: brings the whole system up, runs it, and reports. Answers the exit code; leaves nothing running. */
export async function start(options: StartOptions, ending: AbortSignal): Promise<number> {
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  const endings = new Endings();
  // Ends the run where something that it needs cannot run any more.
  const failing = new AbortController();
  const signal = AbortSignal.any([ending, failing.signal]);
  try {
    const prepared = await prepare(options, progress, signal);
    const { lock, scenarioHash, earlier } = await openState(options, prepared, endings);
    const say = (line: string) => progress.step(line);
    const announce = announcerOf(lock, say);
    endings.add(boundLogs(join(options.stateFolder, 'log'), say));
    const roster = new Roster({
      say,
      onChange: (processes) => announce({ processes }),
      hindrance: () => (isDiskFull(options.stateFolder) ? `the disk of ${options.stateFolder} is full` : undefined),
      onGiveUp: (error) => failing.abort(error),
    });
    progress.step(startLine(options, prepared.bus, earlier));
    const needsKafka = prepared.bus === 'kafka';
    const servers = await startServers({
      ...options,
      folder: options.stateFolder,
      needsKafka,
      roster,
      onProgress: say,
    });
    endings.add(() => servers.stop());
    const { databaseUrl, chainUrl, brokers } = servers;
    announce({ databaseUrl, chainUrl, ...(brokers === undefined ? {} : { brokers: [...brokers] }) });
    signal.throwIfAborted();
    if (earlier) await assertContractsThere(servers, earlier.state.contracts);
    const found = { ...prepared, scenarioHash, servers, earlier };
    const sayUrls = (urls: Readonly<Record<string, string>>) => announce({ urls });
    const run = { options, ...found, progress, endings, signal, roster, announce: sayUrls };
    const code = await runCommunity(run);
    failing.signal.throwIfAborted();
    return code;
  } catch (error) {
    if (failing.signal.aborted) throw failing.signal.reason;
    // What was coming up fails in many ways when it is ended.
    if (!ending.aborted || (error !== ending.reason && !(error instanceof LaunchError))) throw error;
    return options.intervals === undefined ? 0 : 130;
  } finally {
    await endings.run();
  }
}
