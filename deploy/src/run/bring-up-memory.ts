import { randomBytes } from 'node:crypto';
import { RealEffects } from '@wattmesh/platform';
import { HeldClock, StepClock, type Clock } from '@wattmesh/platform/clock';
import { writeWorldState } from '@wattmesh/simulator';
import { makeBlocks, operatorOf } from '../local/servers.ts';
import { RunLog } from '../run-log.ts';
import { LiveCommunity } from '../stack/live-community.ts';
import type { Stack } from '../stack/stack.ts';
import { worldFileOf } from '../state-file.ts';
import { FIRST_DEVICE_PORT, setUpMining, startMsOf, type CommunityRun, type ReadyCommunity } from './community-run.ts';
import { LEAD_MS } from './lead-time.ts';
import { becomeReady } from './wait-until-ready.ts';

/** A stepped chain makes a block each 15 simulated seconds; its real one each second. */
const BLOCK_EVERY_S = 15;

function clockOf(run: CommunityRun, log: RunLog): Clock {
  const { options, earlier } = run;
  const startMs = startMsOf(run);
  const logger = log.loggerOf('clock');
  const onError = (name: string, error: unknown) => logger.error({ err: error, timer: name }, 'a timer failed');
  if (options.clock === 'step') return new StepClock({ simMs: startMs, speed: options.speed, onError });
  const simMs = earlier ? startMs : startMs - LEAD_MS;
  return new HeldClock({ wallMs: Date.now(), simMs, startMs, speed: options.speed, onError });
}

function prepare(run: CommunityRun, clock: Clock, log: RunLog): Promise<LiveCommunity> {
  const { options, scenario, profiles, servers, earlier, drill } = run;
  const worldFile = worldFileOf(options.stateFolder);
  if (earlier) writeWorldState(worldFile, earlier.world);
  return LiveCommunity.prepare({
    scenario,
    profiles,
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
    firstDevicePort: earlier?.state.firstDevicePort ?? FIRST_DEVICE_PORT,
    logTo: (service) => log.loggerOf(service),
    worldFile,
    ...(drill === undefined ? {} : { drill }),
    ...(earlier === undefined
      ? {}
      : {
          earlier: { contracts: { ...earlier.state.contracts, chainId: servers.chainId }, world: earlier.world },
        }),
  });
}

async function startServices(run: CommunityRun, community: LiveCommunity): Promise<Stack> {
  const { progress, endings, signal } = run;
  progress.step('starting the services');
  const onCrash = (error: Error) => progress.step(`a service crashed: ${error.message}`);
  const stack = await community.startServices({ effects: new RealEffects(), onCrash });
  endings.add(() => stack.stop());
  signal.throwIfAborted();
  return stack;
}

/** Brings devices and services up in this process, on the in-memory bus. */
export async function bringUpInMemory(run: CommunityRun): Promise<ReadyCommunity> {
  const { options, scenario, progress, endings, servers, signal } = run;
  const log = new RunLog(options.stateFolder, 'info', (reason) =>
    progress.step(`the log cannot be written (${reason})`),
  );
  const clock = clockOf(run, log);
  endings.add(() => clock.stop());
  await makeBlocks(servers, setUpMining(run));
  progress.step(`starting ${scenario.devices.length} devices at ${scenario.sites.length} sites, and their contracts`);
  const community = await prepare(run, clock, log);
  endings.add(() => community.stop());
  signal.throwIfAborted();
  const stack = await startServices(run, community);
  progress.step('registering the community with its services and on chain');
  await community.enrol(stack);
  await servers.chain?.keep();
  signal.throwIfAborted();
  await makeBlocks(servers, clock instanceof StepClock ? 'when-told' : 'each-second');
  if (clock instanceof StepClock)
    clock.every({ name: 'chain', periodS: BLOCK_EVERY_S }, async () => servers.chain?.mine());
  await becomeReady(run, stack);
  return {
    stack,
    clock,
    contracts: community.contracts,
    operator: community.operator,
    log: log.file,
    release: () => {
      if (clock instanceof HeldClock) clock.release();
    },
    saveWorld: (simMs) => {
      community.world.advanceTo(simMs);
      writeWorldState(worldFileOf(options.stateFolder), { simMs, world: community.world.saveState() });
    },
  };
}
