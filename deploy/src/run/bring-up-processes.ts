import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { HeldClock } from '@wattmesh/platform/clock';
import { makeBlocks, operatorOf, withOperator } from '../local/servers.ts';
import { ClockLine } from '../processes/clock-line.ts';
import { ProcessStack } from '../processes/process-stack.ts';
import { SimulatorProcess } from '../processes/simulator-process.ts';
import { waitUntilArchived } from '../processes/wait-until-archived.ts';
import type { Contracts, Endpoint } from '../stack/build-registry.ts';
import { enrolWithContracts, prepareEnrolment, type Enrolment } from '../stack/enrol-community.ts';
import { foresee } from '../stack/foresee.ts';
import { registerCommunity } from '../stack/register-community.ts';
import type { StackPlaces } from '../stack/service-environment.ts';
import { deployFor } from '../stack/set-up-chain.ts';
import { worldFileOf } from '../state-file.ts';
import { FIRST_DEVICE_PORT, setUpMining, startMsOf, type CommunityRun, type ReadyCommunity } from './community-run.ts';
import { LEAD_MS } from './lead-time.ts';
import { becomeReady } from './wait-until-ready.ts';

interface Timing {
  readonly clock: HeldClock;
  readonly line: ClockLine;
}

/** The clock of this process, and the line by which all others have the same. */
function timingOf(run: CommunityRun): Timing {
  const { options, earlier } = run;
  const startMs = startMsOf(run);
  const held = { wallMs: Date.now(), simMs: earlier ? startMs : startMs - LEAD_MS, speed: options.speed };
  return { clock: new HeldClock({ ...held, startMs }), line: new ClockLine(held) };
}

function placesOf({ options, servers }: CommunityRun): StackPlaces {
  return {
    folder: options.stateFolder,
    databaseUrl: servers.databaseUrl,
    chainRpc: servers.chainUrl,
    operatorKey: servers.operatorKey,
    registrationToken: randomBytes(24).toString('hex'),
    logLevel: 'info',
    isStepped: false,
  };
}

const logFolderOf = ({ options }: CommunityRun): string => join(options.stateFolder, 'log');

async function startSimulator(run: CommunityRun, line: ClockLine): Promise<ReadonlyMap<string, Endpoint>> {
  const { options, earlier, endings, roster } = run;
  const simulator = new SimulatorProcess({
    args: [
      `--scenario=${options.scenario}`,
      `--port=${earlier?.state.firstDevicePort ?? FIRST_DEVICE_PORT}`,
      `--state=${worldFileOf(options.stateFolder)}`,
      ...(options.dataFolder === undefined ? [] : [`--data=${options.dataFolder}`]),
      ...(options.seed === undefined ? [] : [`--seed=${options.seed}`]),
    ],
    clock: line,
    roster,
    logFolder: logFolderOf(run),
  });
  endings.add(() => simulator.stop());
  return simulator.start();
}

async function startServices(run: CommunityRun, line: ClockLine, places: StackPlaces): Promise<ProcessStack> {
  const { options, scenario, servers, endings, roster, progress } = run;
  foresee(run, options.stateFolder);
  const stack = await ProcessStack.start({
    places,
    brokers: servers.brokers ?? [],
    seed: scenario.seed,
    portalPort: options.port,
    instances: options.instances,
    clock: line,
    roster,
    logFolder: logFolderOf(run),
    say: (text) => progress.step(text),
    waitUntilArchived: () => waitUntilArchived(servers.brokers ?? []),
  });
  endings.add(() => stack.stop());
  return stack;
}

/** Contracts of the community, and what is to be handed in to its services; on chain it is handed in already. */
async function setUpChain(
  run: CommunityRun,
  endpoints: Promise<ReadonlyMap<string, Endpoint>>,
): Promise<{ contracts: Contracts; enrolment: Enrolment }> {
  const { scenario, servers, earlier } = run;
  await makeBlocks(servers, setUpMining(run));
  const contracts = earlier
    ? { ...earlier.state.contracts, chainId: servers.chainId }
    : await withOperator(servers, (operator) => deployFor(scenario, operator, servers.chainId));
  const enrolment = await prepareEnrolment(scenario, await endpoints, contracts);
  await withOperator(servers, (operator) => enrolWithContracts(operator, contracts, enrolment));
  await makeBlocks(servers, 'each-second');
  return { contracts, enrolment };
}

/** Waits for both; where one fails, for the other to come to an end, so that nothing is begun behind its back. */
async function together<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** Brings devices and services up in processes of their own, on Kafka. */
export async function bringUpProcesses(run: CommunityRun): Promise<ReadyCommunity> {
  const { scenario, servers, progress, signal, endings, options } = run;
  const { clock, line } = timingOf(run);
  endings.add(() => clock.stop());
  const places = placesOf(run);
  progress.step(
    `starting ${scenario.devices.length} devices at ${scenario.sites.length} sites, their contracts and the services`,
  );
  const endpoints = startSimulator(run, line);
  // Where it fails before anybody awaits it, whoever does is told.
  endpoints.catch(() => undefined);
  const [stack, { contracts, enrolment }] = await together(
    startServices(run, line, places),
    setUpChain(run, endpoints),
  );
  run.announce(stack.urls);
  signal.throwIfAborted();
  progress.step('registering the community with its services');
  await registerCommunity(
    stack.urls,
    { ...enrolment, token: places.registrationToken },
    { settle: async () => undefined, signal },
  );
  await becomeReady(run, stack);
  return {
    stack,
    clock,
    contracts,
    operator: operatorOf(servers),
    log: join(options.stateFolder, 'log'),
    release: () => line.release(clock.release()),
    saveWorld: () => undefined,
  };
}
